//! What is denied when changes are about to be made, and what is left behind.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use parapet_tests::tools::Terraform;
use parapet_tests::workspace::Workspace;
use serde_json::Value;

use crate::guarded::guarded;
use crate::moto::Moto;

const LIMIT: Duration = Duration::from_secs(420);
/// A network that is known only when what it comes from is made.
const OPEN: &str = "-var=admin_network=0.0.0.0/0";

fn workspace(terraform: &Terraform, mirror: &Path, moto: &Moto) -> Result<Workspace> {
    let workspace = Workspace::new(terraform)?
        .with_mirror(mirror)?
        .with_limit(LIMIT)
        .with_variable("TF_VAR_endpoint", &moto.endpoint);
    workspace.write("main.tf", include_str!("stack.tf"))?;
    workspace.init()?.succeeds();
    Ok(workspace)
}

/// Addresses in the state.
fn made(workspace: &Workspace) -> Result<BTreeSet<String>> {
    let state = workspace.show_state()?;
    let Some(resources) = state.pointer("/values/root_module/resources") else { return Ok(BTreeSet::new()) };
    let resources = resources.as_array().context("resources are no list")?;
    Ok(resources.iter().filter_map(|it| it.get("address").and_then(Value::as_str)).map(str::to_owned).collect())
}

pub(crate) fn what_was_unknown_is_decided_at_apply(terraform: &Terraform, mirror: &Path, moto: &Path) -> Result<()> {
    let moto = Moto::start(moto)?;
    let (_directory, terraform) =
        guarded(terraform, "--packs aws --rule aws-security-group-admin-ports --rule aws-rds-storage-encrypted")?;
    let workspace = workspace(&terraform, mirror, &moto)?;

    let refused = workspace.plan(&[OPEN, "-var=encrypted=false"])?.fails();
    refused
        .says("aws-rds-storage-encrypted")
        .says("storage_encrypted = var.encrypted")
        .says("with aws_db_instance.orders");
    assert!(made(&workspace)?.is_empty());

    // Not known yet: nothing to deny, nothing passed either.
    workspace.plan(&[OPEN])?.succeeds().says("1 undetermined").says("aws_security_group_rule");
    let denied = workspace.apply_saved()?.fails();
    let denied =
        denied.says("aws-security-group-admin-ports").says("with aws_security_group_rule.admin").says("SSH (22)");
    let left = made(&workspace)?;
    for address in ["aws_vpc.main", "aws_security_group.admin", "terraform_data.network", "aws_db_instance.orders"] {
        assert!(left.contains(address), "{address} is not in {left:?}\n{denied}");
    }
    assert!(!left.contains("aws_security_group_rule.admin"), "{left:?}");

    // Corrected, the rest is made; then nothing is left to do.
    workspace.apply(&[])?.succeeds().says("nothing to deny");
    assert!(made(&workspace)?.contains("aws_security_group_rule.admin"));
    workspace.plan_changes(&[])?.exits(0);

    // An update that is denied leaves the object as it was.
    let update = workspace.apply(&[OPEN])?.fails();
    update.says("aws-security-group-admin-ports");
    let state = workspace.show_state()?.to_string();
    assert!(state.contains("10.0.0.0/8"), "{state}");
    workspace.destroy(&[])?.succeeds();
    assert!(made(&workspace)?.is_empty());
    Ok(())
}

pub(crate) fn rules_about_the_plan_stop_an_apply(terraform: &Terraform, mirror: &Path, moto: &Path) -> Result<()> {
    let moto = Moto::start(moto)?;
    let (_directory, guard) = guarded(terraform, "--packs aws --rule aws-s3-versioning")?;
    let workspace = workspace(&guard, mirror, &moto)?;
    let run = workspace.apply(&["-target=aws_s3_bucket.data"])?.fails();
    let run = run.says("aws-s3-versioning").says("aws_s3_bucket.data").says("parapet: denied");
    assert!(made(&workspace)?.is_empty(), "{run}");

    // Without anybody to ask, nothing is applied either.
    let (_other, lenient) = guarded(terraform, "--packs aws --rule aws-s3-versioning --mode warn")?;
    let asked = self::workspace(&lenient, mirror, &moto)?;
    let run = asked.run(["apply", "-no-color", "-target=aws_s3_bucket.data"])?.fails();
    run.says("Do you want to perform these actions?").says("nobody to ask");
    assert!(made(&asked)?.is_empty());

    // A plan that somebody else made is checked before it is applied.
    let plain = self::workspace(terraform, mirror, &moto)?;
    plain.plan(&["-target=aws_s3_bucket.data"])?.succeeds();
    std::fs::copy(plain.path().join("saved.tfplan"), workspace.path().join("saved.tfplan"))?;
    workspace.apply_saved()?.fails().says("aws-s3-versioning");
    assert!(made(&workspace)?.is_empty());
    Ok(())
}
