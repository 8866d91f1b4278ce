//! What is denied while Terraform plans.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use parapet_tests::checkout;
use parapet_tests::tools::Terraform;
use parapet_tests::workspace::Workspace;
use serde_json::Value;

use crate::guarded::guarded;

const LIMIT: Duration = Duration::from_secs(300);

fn workspace(terraform: &Terraform, mirror: &Path) -> Result<Workspace> {
    let workspace = Workspace::new(terraform)?.with_mirror(mirror)?.with_limit(LIMIT);
    workspace.copy(&checkout::fixture("aws-stack"))?;
    workspace.init()?.succeeds();
    Ok(workspace)
}

/// One line of `terraform plan -json`.
fn lines(stdout: &str) -> Vec<Value> {
    stdout.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// Where a rule was broken: rule, address, file, and the text of the line that Terraform blames.
fn errors(lines: &[Value]) -> BTreeSet<(String, String, String, String)> {
    let text =
        |value: &Value, pointer: &str| value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    lines
        .iter()
        .filter(|line| line.pointer("/diagnostic/severity").and_then(Value::as_str) == Some("error"))
        .map(|line| {
            let summary = text(line, "/diagnostic/summary");
            let rule = summary.rsplit_once('(').map_or("", |(_, rest)| rest.split(',').next().unwrap_or_default());
            (
                rule.to_owned(),
                text(line, "/diagnostic/address"),
                text(line, "/diagnostic/range/filename"),
                text(line, "/diagnostic/snippet/code").trim().to_owned(),
            )
        })
        .collect()
}

pub(crate) fn every_mistake_is_denied_at_its_line(terraform: &Terraform, mirror: &Path) -> Result<()> {
    let (_directory, terraform) = guarded(terraform, "--packs aws")?;
    let workspace = workspace(&terraform, mirror)?;
    let run = workspace.run(["plan", "-input=false", "-json"])?.fails();
    let found = errors(&lines(&run.stdout));
    for (rule, address, file, code) in [
        (
            "aws-rds-storage-encrypted",
            "module.database.aws_db_instance.reports",
            "modules/database/main.tf",
            "storage_encrypted",
        ),
        (
            "aws-rds-public-access",
            "module.database.aws_db_instance.reports",
            "modules/database/main.tf",
            "publicly_accessible",
        ),
        ("aws-eks-public-endpoint", "module.cluster.aws_eks_cluster.staging", "modules/cluster/main.tf", ""),
        ("aws-iam-wildcard-admin", "module.identity.aws_iam_policy.deploy", "modules/identity/main.tf", "policy"),
        ("aws-kms-key-rotation", "aws_kms_key.legacy", "main.tf", ""),
        (
            "aws-security-group-admin-ports",
            r#"module.network.module.firewall.aws_security_group.this["bastion"]"#,
            "modules/network/modules/firewall/main.tf",
            "",
        ),
        ("aws-s3-public-acl", "module.storage.aws_s3_bucket.website", "modules/storage/main.tf", "acl"),
    ] {
        let hit = found.iter().find(|(r, a, ..)| r == rule && a == address);
        let (_, _, at, line) = hit.with_context(|| format!("{rule} did not find {address}: {found:#?}\n{run}"))?;
        assert_eq!(at, file, "{rule}");
        assert!(line.contains(code), "{rule} blames {line:?}, not {code}");
    }
    assert!(
        !run.stdout.contains("correct-horse-battery-staple") && !run.stderr.contains("correct-horse-battery-staple")
    );
    run.says("parapet: denied").says("undetermined: aws-");
    Ok(())
}

pub(crate) fn what_is_corrected_passes(terraform: &Terraform, mirror: &Path) -> Result<()> {
    let (_directory, terraform) = guarded(terraform, "--packs aws --rule aws-rds-storage-encrypted")?;
    let workspace = workspace(&terraform, mirror)?;
    workspace.plan(&[])?.fails().says("with module.database.aws_db_instance.reports").says("storage_encrypted");
    let module = workspace.path().join("modules/database/main.tf");
    let text = std::fs::read_to_string(&module)?;
    let corrected = text.replace("storage_encrypted       = false", "storage_encrypted       = true");
    assert_ne!(text, corrected, "the fixture has no unencrypted database any more");
    std::fs::write(&module, corrected)?;
    workspace.plan(&[])?.succeeds().says("Plan: 55 to add").says("nothing to deny");
    Ok(())
}

pub(crate) fn nothing_is_denied_in_mode_warn(terraform: &Terraform, mirror: &Path) -> Result<()> {
    let (directory, terraform) =
        guarded(terraform, "--packs aws,github_actions --mode warn --audit \"$(dirname \"$0\")/audit.jsonl\"")?;
    let workspace = workspace(&terraform, mirror)?;
    let run = workspace.plan_changes(&[])?.exits(2);
    run.says("RDS storage is encrypted at rest").says("nothing to deny");
    let audit = std::fs::read_to_string(directory.path().join("audit.jsonl"))?;
    let decisions = lines(&audit);
    assert_eq!(decisions.len(), audit.lines().count(), "every line is JSON");
    let said = |verdict: &str| {
        decisions.iter().filter(|it| it.get("verdict").and_then(Value::as_str) == Some(verdict)).count()
    };
    assert!(said("pass") > 50 && said("fail") > 15 && said("undetermined") > 5, "{audit}");
    assert!(decisions.iter().all(|it| it.get("denied") == Some(&Value::Bool(false))));
    // A rule that nothing here is about has passed nothing.
    assert!(decisions.iter().all(|it| it.get("rule").and_then(Value::as_str).is_some_and(|id| id.starts_with("aws-"))));
    Ok(())
}

pub(crate) fn other_commands_and_exit_codes_stay(terraform: &Terraform, mirror: &Path) -> Result<()> {
    let (_directory, terraform) = guarded(terraform, "--packs aws --rule aws-rds-storage-encrypted")?;
    let workspace = workspace(&terraform, mirror)?;
    let version = workspace.run(["version"])?.succeeds();
    assert!(version.stdout.contains(&terraform.version) && version.stderr.is_empty(), "{version}");
    workspace.run(["no-such-command"])?.fails().says("no-such-command").never_says("parapet:");
    workspace.run(["plan", "-no-such-flag"])?.fails().says("-no-such-flag");
    let (_directory, badly) = guarded(&terraform, "--packs no-such-pack")?;
    let other = Workspace::new(&badly)?.with_mirror(mirror)?;
    other.run(["plan"])?.fails().says("no-such-pack");
    let (_directory, unwritable) = guarded(&terraform, "--audit /nowhere/at/all")?;
    Workspace::new(&unwritable)?.run(["plan"])?.fails().says("/nowhere/at/all").says("Nothing was run");
    Ok(())
}
