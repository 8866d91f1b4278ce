//! What exists already: listed, and taken over by its id or its identity.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use parapet_tests::checkout;
use parapet_tests::process::Run;
use parapet_tests::tools::Terraform;
use parapet_tests::workspace::Workspace;
use serde_json::json;

use crate::stack::{self, FAIL_OVER, IN_BUCKET, NEW, OLD, Stack};

const REPLICA: &str = "parapet_database_replica.standby";
const ACCELERATOR: &str = "parapet_global_accelerator.this";
const FAILOVER: &str = "parapet_failover.this";

fn accelerator_arn(stack: &Stack) -> Result<String> {
    let values = stack::resource(&stack.workspace, "parapet_global_accelerator")?;
    values["arn"].as_str().map(str::to_owned).context("the accelerator has no ARN")
}

/// A stack without what AWS knows nothing of: whether a final snapshot is wanted, no import can tell.
fn built(terraform: &Terraform, moto: &Path) -> Result<Stack> {
    let stack = Stack::new(terraform, moto, &[])?;
    let all = include_str!("stack.tf");
    let known: String = all.split_inclusive('\n').filter(|line| !line.contains("skip_final_snapshot")).collect();
    ensure!(known.len() < all.len(), "nothing is left out any more");
    stack.workspace.write("main.tf", &known)?;
    Ok(stack)
}

/// Terraform forgets what it has.
fn forget(workspace: &Workspace, addresses: &[&str]) -> Result<()> {
    workspace.run([&["state", "rm"], addresses].concat())?.succeeds();
    Ok(())
}

/// Nothing but a group's settings is unknown to AWS: the first apply after an import writes them down, and fails nothing over.
fn adopted(stack: &Stack) -> Result<()> {
    stack.workspace.plan(&[])?.succeeds().says("0 to add, 1 to change, 0 to destroy").never_says("fails over");
    stack.workspace.apply_saved()?.succeeds();
    stack.workspace.plan_changes(&[])?.succeeds();
    let state = stack.failover()?;
    ensure!(state["active_region"] == json!(OLD) && state["observed_writer_region"] == json!(OLD), "{state:#}");
    stack.is_untouched()
}

/// AWS keeps no order of endpoint groups and no initial dials: an apply writes them into the state, and calls nothing at AWS.
fn put_in_order(stack: &Stack, result: &str) -> Result<()> {
    let before = stack.last_event();
    stack.workspace.apply(&[])?.succeeds().says(result).says("0 destroyed");
    let changed = stack.changes_since(before);
    ensure!(changed.is_empty(), "an import changed something: {changed:?}");
    stack.workspace.plan_changes(&[])?.succeeds().says("No changes");
    Ok(())
}

pub(crate) fn by_id(terraform: &Terraform, moto: &Path) -> Result<()> {
    let stack = built(terraform, moto)?;
    let arn = accelerator_arn(&stack)?;
    forget(&stack.workspace, &[REPLICA, ACCELERATOR])?;
    stack.workspace.import(REPLICA, "eu-central-1/orders-standby")?.succeeds();
    stack.workspace.plan_changes(&["-target", REPLICA])?.succeeds().says("No changes");
    stack.workspace.import(ACCELERATOR, &arn)?.succeeds();
    put_in_order(&stack, "0 added")?;
    forget(&stack.workspace, &[FAILOVER])?;
    stack.workspace.import(FAILOVER, "orders")?.succeeds();
    adopted(&stack)?;
    for (address, id, why) in [
        (REPLICA, "orders-standby", "region"),
        (REPLICA, "eu-central-1/another", "Cannot import non-existent remote object"),
        (ACCELERATOR, "arn:aws:globalaccelerator::123456789012:accelerator/none", "Cannot import non-existent"),
    ] {
        forget(&stack.workspace, &[address])?;
        stack.workspace.import(address, id)?.fails().says(why);
        let back = if address == REPLICA { "eu-central-1/orders-standby" } else { &arn };
        stack.workspace.import(address, back)?.succeeds();
    }
    Ok(())
}

pub(crate) fn by_identity(terraform: &Terraform, moto: &Path) -> Result<()> {
    let stack = built(terraform, moto)?;
    let arn = accelerator_arn(&stack)?;
    forget(&stack.workspace, &[REPLICA, ACCELERATOR])?;
    let block = |to: &str, identity: &str| format!("import {{\n  to       = {to}\n  identity = {identity}\n}}\n");
    let replica = block(REPLICA, r#"{ region = "eu-central-1", identifier = "orders-standby" }"#);
    let accelerator = block(ACCELERATOR, &format!("{{ arn = {arn:?} }}"));
    stack.workspace.write("import.tf", &format!("{replica}{accelerator}"))?;
    put_in_order(&stack, "2 imported, 0 added")?;
    forget(&stack.workspace, &[FAILOVER])?;
    stack.workspace.write("import.tf", &block(FAILOVER, r#"{ name = "orders" }"#))?;
    stack.workspace.plan(&[])?.succeeds().says("1 to import, 0 to add, 1 to change").never_says("fails over");
    stack.workspace.apply_saved()?.succeeds();
    stack.workspace.plan_changes(&[])?.succeeds();
    stack.is_untouched()
}

/// What `terraform query` lists in a stack that has failed over, and that it can be taken over as it is written out.
pub(crate) fn listed(terraform: &Terraform, moto: &Path) -> Result<()> {
    let stack = Stack::new(terraform, moto, &[])?;
    let arn = accelerator_arn(&stack)?;
    let finder = stack::workspace(terraform, &stack.sandbox, "")?;
    fs::remove_file(finder.path().join("main.tf"))?;
    let base = include_str!("base.tf");
    let without_accelerator = base.split("resource ").next().context("no provider")?;
    finder.write("base.tf", without_accelerator)?;
    finder.init()?.succeeds();
    let query = |more: &[&str]| -> Result<Run> { finder.run([&["query", "-no-color"], more].concat()) };

    for kind in ["parapet_database_replica", "parapet_global_accelerator"] {
        let list = checkout::root().join(format!("examples/list-resources/{kind}/list.tfquery.hcl"));
        finder.write(&format!("{kind}.tfquery.hcl"), &fs::read_to_string(list)?)?;
    }
    let run = query(&["-generate-config-out=generated.tf"])?.succeeds();
    run.says("identifier=orders-standby,region=eu-central-1").says(&format!("arn={arn}"));
    finder.apply(&[])?.succeeds().says("2 imported, 0 added, 0 changed, 0 destroyed");
    finder.plan_changes(&[])?.succeeds().says("No changes");

    // A group has a record from its first failover on.
    for kind in ["parapet_database_replica", "parapet_global_accelerator"] {
        fs::remove_file(finder.path().join(format!("{kind}.tfquery.hcl")))?;
    }
    let list = checkout::root().join("examples/list-resources/parapet_failover/list.tfquery.hcl");
    finder.write("groups.tfquery.hcl", &fs::read_to_string(list)?)?;
    query(&[])?.succeeds().never_says("name=orders");
    stack.fail_over(&[])?.succeeds();
    query(&[])?.succeeds().says("name=orders orders");
    // Promoted, it is no replica any more.
    finder.write("replicas.tfquery.hcl", &format!("{}\n", replicas()))?;
    query(&[])?.succeeds().never_says("orders-standby");
    finder.write("replicas.tfquery.hcl", &replicas().replace("regions = [\"eu-central-1\"]", "regions = []"))?;
    query(&[])?.fails().says("regions");
    Ok(())
}

fn replicas() -> String {
    "list \"parapet_database_replica\" \"all\" {\n  provider = parapet\n  config {\n    regions = [\"eu-central-1\"]\n  }\n}\n".to_owned()
}

/// Groups whose records are in a bucket.
pub(crate) fn listed_in_a_bucket(terraform: &Terraform, moto: &Path) -> Result<()> {
    let stack = Stack::new(terraform, moto, &[IN_BUCKET])?;
    stack.workspace.apply(&[&FAIL_OVER[..], &[IN_BUCKET]].concat())?.succeeds();
    stack.has_failed_over(&[IN_BUCKET])?;
    let list = format!(
        "list \"parapet_failover\" \"groups\" {{\n  provider = parapet\n  config {{\n    region = \"{NEW}\"\n    s3_bucket = \
         \"parapet-failovers\"\n  }}\n}}\n"
    );
    stack.workspace.write("groups.tfquery.hcl", &list)?;
    stack.workspace.run(["query", "-no-color"])?.succeeds().says("name=orders orders");
    Ok(())
}
