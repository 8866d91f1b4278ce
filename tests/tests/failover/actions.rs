//! The actions (Terraform 1.14 and newer): a drill, and giving up a failover.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use parapet_sandbox::services::cloudwatch::Lag;
use parapet_tests::tools::Terraform;
use serde_json::{Value, json};

use crate::calls;
use crate::interrupted::Moment;
use crate::stack::{BUCKET, FAIL_OVER, IN_BUCKET, NEW, REPLICA, SECURITY_GROUP, Stack, evidence};

const DRILL: &str = "-invoke=action.parapet_failover_drill.orders";
const ABORT: &str = "-invoke=action.parapet_failover_abort.orders";

/// Both actions on the stack's group; evidence of drills goes to the same place as that of failovers.
const ACTIONS: &str = r#"
action "parapet_failover_drill" "orders" {
  config {
    name          = "orders"
    active_region = "eu-west-1"
    rpo_seconds   = 60

    region {
      name                   = "eu-west-1"
      db_instance_identifier = "orders"
      endpoint_group_arn     = parapet_global_accelerator.this.listener[0].endpoint_group[0].arn
    }

    region {
      name                   = "eu-central-1"
      db_instance_identifier = "orders-standby"
      endpoint_group_arn     = parapet_global_accelerator.this.listener[0].endpoint_group[1].arn
    }

    traffic {
      accelerator_arn = parapet_global_accelerator.this.arn
      dial_steps      = [50, 100]
    }

    fencing {
      mode     = "security_group"
      required = true
    }

    evidence {
      path      = var.bucket == null ? "evidence" : null
      s3_bucket = var.bucket
    }
  }
}

action "parapet_failover_abort" "orders" {
  config {
    name = "orders"

    region {
      name                   = "eu-west-1"
      db_instance_identifier = "orders"
      endpoint_group_arn     = parapet_global_accelerator.this.listener[0].endpoint_group[0].arn
    }

    region {
      name                   = "eu-central-1"
      db_instance_identifier = "orders-standby"
      endpoint_group_arn     = parapet_global_accelerator.this.listener[0].endpoint_group[1].arn
    }

    coordination {
      dynamodb_table = "parapet-failover"
      lease_seconds  = 1
    }
  }
}
"#;

/// What a drill looks at, whatever the outcome.
const CHECKS: [&str; 13] = [
    "replicates_active_region",
    "replica_available",
    "backups_after_promotion",
    "key_usable",
    "subnets_present",
    "old_region_reachable",
    "fence_possible",
    "endpoints_healthy",
    "lag_within_rpo",
    "same_capacity",
    "same_version",
    "same_backups",
    "quota_for_rebuild",
];

/// The drills of which there is evidence in the workspace, the oldest first.
fn drills(stack: &Stack) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(stack.workspace.path().join("evidence"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        names.extend(name.strip_suffix(".jsonl").filter(|name| name.starts_with("orders-drill-")).map(str::to_owned));
    }
    names.sort();
    Ok(names)
}

pub(crate) fn drill(terraform: &Terraform, moto: &Path) -> Result<()> {
    let stack = Stack::new(terraform, moto, &[])?;
    stack.workspace.write("actions.tf", ACTIONS)?;
    let before = stack.last_event();
    let run = stack.workspace.apply(&[DRILL])?.succeeds().says("Actions: 1 invoked");
    let run = CHECKS.into_iter().fold(run, |run, check| run.says(&format!("ok: {check}: ")));
    let run = run.never_says("NOT OK").says("nothing is changed").says("estimated recovery time");
    let [name] = &drills(&stack)?[..] else { anyhow::bail!("one drill writes one file: {:?}", drills(&stack)?) };
    let summary = evidence(&stack.workspace, name)?;
    run.says(&format!("evidence sha256 {}", summary.sha256));
    let text = std::fs::read_to_string(stack.workspace.path().join(format!("evidence/{name}.jsonl")))?;
    let entries: Vec<Value> = text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let of = |event: &str| entries.iter().filter(|entry| entry["event"] == json!(event)).collect::<Vec<_>>();
    let checked: Vec<&str> = of("check").iter().filter_map(|entry| entry["data"]["name"].as_str()).collect();
    ensure!(CHECKS.iter().all(|check| checked.contains(check)), "{checked:?}");
    let end = &entries.last().context("no entries")?["data"];
    ensure!(end["ready"] == json!(true) && end["estimated_rto_seconds"].as_i64() > Some(0), "{end:#}");
    ensure!(end["check_seconds"].as_f64() > Some(0.0), "a drill is timed: {end:#}");

    // Not ready: the drill fails, says why, and leaves evidence of that as well.
    stack.control().set_lag(REPLICA, Lag::Value(61.0))?;
    stack.control().set_replication(REPLICA, "error")?;
    let run = stack.workspace.apply(&[DRILL])?.fails();
    run.says("eu-central-1 could not take over now").says("NOT OK: lag_within_rpo");
    let all = drills(&stack)?;
    ensure!(all.len() == 2, "{all:?}");
    for name in &all {
        evidence(&stack.workspace, name)?;
    }
    let changed = stack.changes_since(before);
    ensure!(changed.is_empty(), "a drill changed something: {changed:?}");
    stack.is_untouched()?;
    stack.workspace.plan_changes(&[])?.succeeds();
    Ok(())
}

/// With evidence in a bucket, the evidence is the only thing that is written.
pub(crate) fn drill_to_bucket(terraform: &Terraform, moto: &Path) -> Result<()> {
    let stack = Stack::new(terraform, moto, &[IN_BUCKET])?;
    stack.workspace.write("actions.tf", ACTIONS)?;
    let before = stack.last_event();
    let run = stack.workspace.apply(&[DRILL, IN_BUCKET])?.succeeds();
    let changed = stack.changes_since(before);
    ensure!(changed.len() == 1 && changed.iter().all(|call| call.starts_with("s3:")), "{changed:?}");
    let listed = calls::object(&stack.sandbox.endpoint, NEW, BUCKET, "?list-type=2&prefix=failover/orders/drill-")?;
    let key = listed.split_once("<Key>").and_then(|(_, rest)| rest.split_once('<')).context("no evidence")?.0;
    let bytes = calls::object(&stack.sandbox.endpoint, NEW, BUCKET, key)?;
    run.says(&format!("evidence sha256 {}", parapet_evidence::verify(bytes.as_bytes())?.sha256));
    Ok(())
}

/// A failover that was killed behind its fence is given up: the old region goes on, and a later failover succeeds.
pub(crate) fn abort(terraform: &Terraform, moto: &Path) -> Result<()> {
    for fencing in [None, Some(SECURITY_GROUP)] {
        let more: Vec<&str> = fencing.into_iter().collect();
        let stack = Stack::new(terraform, moto, &more)?;
        stack.workspace.write("actions.tf", ACTIONS)?;
        let invoke = |stack: &Stack| stack.workspace.apply(&[&[ABORT][..], &more].concat());
        invoke(&stack)?.succeeds().says("there is nothing to give up");
        Moment::at("rpo").kill(&stack, &more)?;
        ensure!(stack.control().state().open_writers().is_empty(), "no fence is up");
        invoke(&stack)?.succeeds().says("the fence is down").says("failover 2 is given up");
        stack.is_untouched()?;
        stack.workspace.plan_changes(&more)?.succeeds();
        invoke(&stack)?.succeeds().says("there is nothing to give up");
        stack.fail_over(&more)?.succeeds();
        stack.has_failed_over(&more)?;
    }
    Ok(())
}

/// What has promoted cannot be given up, only finished.
pub(crate) fn abort_too_late(terraform: &Terraform, moto: &Path) -> Result<()> {
    let stack = Stack::new(terraform, moto, &[])?;
    stack.workspace.write("actions.tf", ACTIONS)?;
    Moment::at("promotion").kill(&stack, &[])?;
    let invoked = stack.workspace.apply(&[&[ABORT][..], &FAIL_OVER].concat())?.fails();
    invoked.says("The failover cannot be given up any more").says("Finish the failover by applying again");
    stack.fail_over(&[])?.succeeds();
    stack.has_failed_over(&[])
}
