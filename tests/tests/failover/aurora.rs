//! An Aurora global database instead of RDS instances: the writer moves, and nothing has to be rebuilt.

use std::path::Path;

use anyhow::{Result, ensure};
use parapet_sandbox::Sandbox;
use parapet_sandbox::faults::{Blackout, Silence};
use parapet_sandbox::services::cloudwatch::Lag;
use parapet_tests::tools::Terraform;
use parapet_tests::workspace::Workspace;
use serde_json::json;

use crate::calls;
use crate::stack::{self, FAIL_OVER, LOSE_DATA, NEW, OLD, endpoint_group, evidence};

const SECOND: &str = "arn:aws:rds:eu-central-1:123456789012:cluster:ledger-second";
const BACK: [&str; 2] = ["-var=active_region=eu-west-1", "-var=confirm_region=eu-west-1"];

/// Between two regions that answer: switched over, so that nothing is lost, and back again.
pub(crate) fn over_and_back(terraform: &Terraform, moto: &Path) -> Result<()> {
    let (sandbox, workspace) = built(terraform, moto)?;
    workspace.apply(&FAIL_OVER)?.succeeds().says("This plan fails over from eu-west-1 to eu-central-1");
    is_active(&sandbox, &workspace, NEW, 2)?;
    ensure!(moves(&sandbox) == (1, 0), "{:?}", moves(&sandbox));
    workspace.plan_changes(&FAIL_OVER)?.succeeds();
    // The old writer has become a replica by itself.
    workspace.apply(&BACK)?.succeeds();
    is_active(&sandbox, &workspace, OLD, 3)?;
    ensure!(moves(&sandbox) == (2, 0), "{:?}", moves(&sandbox));
    workspace.plan_changes(&BACK)?.succeeds();
    for region in [OLD, NEW] {
        let endpoints = endpoint_group(sandbox.control(), region)?.endpoints.len();
        ensure!(endpoints == 1, "{region} has {endpoints} endpoints: its fence is still up");
    }
    Ok(())
}

/// The old region is gone: only what accepts the loss of data moves the writer.
pub(crate) fn dark(terraform: &Terraform, moto: &Path) -> Result<()> {
    let (sandbox, workspace) = built(terraform, moto)?;
    sandbox.control().black_out(OLD, Blackout { mode: Silence::Drop, workloads: false });
    sandbox.control().set_lag(SECOND, Lag::Missing)?;
    let quickly = ["-var=max_retries=1"];
    let refused = workspace.apply(&[&FAIL_OVER[..], &quickly].concat())?.fails();
    refused.says("How much data would be lost is unknown");
    ensure!(moves(&sandbox) == (0, 0) && !endpoint_group(sandbox.control(), OLD)?.endpoints.is_empty());
    let all = [&FAIL_OVER[..], &quickly, &[LOSE_DATA]].concat();
    workspace.apply(&all)?.succeeds();
    ensure!(moves(&sandbox) == (0, 1), "{:?}", moves(&sandbox));
    sandbox.control().heal(OLD);
    workspace.apply(&all)?.succeeds();
    is_active(&sandbox, &workspace, NEW, 3)?;
    workspace.plan_changes(&all)?.succeeds();
    Ok(())
}

/// A global database in both regions, and the stack applied.
fn built(terraform: &Terraform, moto: &Path) -> Result<(Sandbox, Workspace)> {
    let sandbox = stack::sandbox(moto)?;
    let engine = ("Engine", "aurora-postgresql");
    let global = ("GlobalClusterIdentifier", "ledger");
    calls::rds(&sandbox.endpoint, OLD, "CreateGlobalCluster", &[global, engine])?;
    for (region, cluster, more) in [
        (OLD, "ledger-first", &[("MasterUsername", "app"), ("MasterUserPassword", "only-for-this-test")][..]),
        (NEW, "ledger-second", &[]),
    ] {
        sandbox.control().settle();
        let given =
            [&[("DBClusterIdentifier", cluster), engine, global, ("DBSubnetGroupName", "orders")], more].concat();
        calls::rds(&sandbox.endpoint, region, "CreateDBCluster", &given)?;
        let instance = [
            ("DBInstanceIdentifier", cluster),
            ("DBClusterIdentifier", cluster),
            ("DBInstanceClass", "db.r6g.large"),
            engine,
        ];
        calls::rds(&sandbox.endpoint, region, "CreateDBInstance", &instance)?;
    }
    sandbox.control().settle();
    let workspace = stack::workspace(terraform, &sandbox, include_str!("aurora.tf"))?;
    workspace.init()?.succeeds();
    workspace.apply(&[])?.succeeds();
    workspace.plan_changes(&[])?.succeeds();
    Ok((sandbox, workspace))
}

/// Switchovers and failovers that were asked for.
fn moves(sandbox: &Sandbox) -> (u64, u64) {
    let asked = |operation| {
        let count = sandbox.control().called("rds", operation);
        count.succeeded + count.unanswered
    };
    (asked("SwitchoverGlobalCluster"), asked("FailoverGlobalCluster"))
}

fn is_active(sandbox: &Sandbox, workspace: &Workspace, region: &str, epoch: i64) -> Result<()> {
    let state = stack::resource(workspace, "parapet_failover")?;
    ensure!(state["active_region"] == json!(region) && state["observed_writer_region"] == json!(region), "{state:#}");
    ensure!(state["status"] == json!("active") && state["epoch"] == json!(epoch), "{state:#}");
    let summary = evidence(workspace, &format!("ledger-epoch-{epoch}"))?;
    ensure!(state["evidence_sha256"] == json!(summary.sha256), "the state names other evidence: {state:#}");
    let other = if region == NEW { OLD } else { NEW };
    let control = sandbox.control();
    ensure!(endpoint_group(control, region)?.dial == 100.0 && endpoint_group(control, other)?.dial == 0.0, "traffic");
    let writers = control.state().open_writers();
    let here = |writer: &String| writer.contains(region);
    ensure!(writers.values().all(|writers| writers.len() == 1 && writers.iter().all(here)), "{writers:?}");
    ensure!(!writers.is_empty(), "nothing writes");
    let overlaps = control.overlaps();
    ensure!(overlaps.is_empty(), "two open writers: {overlaps:?}");
    Ok(())
}
