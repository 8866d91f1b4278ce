//! examples/multi-region-dr with the real hashicorp/aws: built, failed over, rebuilt, failed back, destroyed.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use parapet_sandbox::{Backend, Options, Sandbox};
use parapet_tests::checkout;
use parapet_tests::provider::Provider;
use parapet_tests::tools::Terraform;
use parapet_tests::workspace::Workspace;
use serde_json::json;

use crate::inventory;
use crate::stack::{FAIL_OVER, NEW, OLD, evidence};

/// hashicorp/aws waits half a minute before it asks for a new database the first time, whatever the sandbox says.
const LIMIT: Duration = Duration::from_secs(400);
const REBUILT: &str = "-var=primary_rebuilt=true";

pub(crate) fn example(terraform: &Terraform, aws: &Path, moto: &Path) -> Result<()> {
    let sandbox = Sandbox::start(Options { moto: Backend::Program(moto.to_owned()), ..Options::default() })?;
    let workspace = Workspace::new(terraform)?
        .with_provider(&Provider::parapet()?)?
        .with_mirror(aws)?
        .with_variable("TF_VAR_endpoint", &sandbox.endpoint)
        .with_variable("TF_VAR_database_password", "only-for-this-test")
        .with_limit(LIMIT);
    workspace.copy(&checkout::root().join("examples/multi-region-dr"))?;
    workspace.copy(&checkout::fixture("sandbox"))?;
    workspace.init()?.succeeds();
    let before = inventory::take(&sandbox, &[OLD, NEW])?;

    let promotions = || sandbox.control().called("rds", "PromoteReadReplica");
    let digest = || -> Result<serde_json::Value> {
        workspace.outputs()?.get("evidence_sha256").cloned().context("no output evidence_sha256")
    };
    workspace.apply(&[])?.succeeds();
    workspace.plan_changes(&[])?.succeeds();
    ensure!(promotions().succeeded == 0);

    workspace.apply(&FAIL_OVER)?.succeeds().says("This plan fails over from eu-west-1 to eu-central-1");
    ensure!((promotions().succeeded, promotions().failed, promotions().unanswered) == (1, 0, 0), "{:?}", promotions());
    ensure!(workspace.outputs()?.get("active_region") == Some(&json!("eu-central-1")));
    ensure!(digest()? == json!(evidence(&workspace, "orders-epoch-2")?.sha256));
    workspace.plan_changes(&FAIL_OVER)?.succeeds();

    let rebuilt = [&FAIL_OVER[..], &[REBUILT]].concat();
    workspace.apply(&rebuilt)?.succeeds();
    workspace.plan_changes(&rebuilt)?.succeeds();
    // Its first backup keeps the rebuilt database busy; a promotion waits for it.
    sandbox.control().settle();

    let back = ["-var=active_region=eu-west-1", "-var=confirm_region=eu-west-1", REBUILT];
    workspace.apply(&back)?.succeeds();
    ensure!(promotions().succeeded == 2, "{:?}", promotions());
    ensure!(workspace.outputs()?.get("active_region") == Some(&json!("eu-west-1")));
    ensure!(digest()? == json!(evidence(&workspace, "orders-epoch-3")?.sha256));
    workspace.plan_changes(&back)?.succeeds();
    let overlaps = sandbox.control().overlaps();
    ensure!(overlaps.is_empty(), "two open writers: {overlaps:?}");

    workspace.destroy(&back)?.succeeds();
    sandbox.control().settle();
    let after = inventory::take(&sandbox, &[OLD, NEW])?;
    ensure!(after == before, "left behind: {:?}, missing: {:?}", &after - &before, &before - &after);
    Ok(())
}
