//! What a failover refuses, and that it then leaves everything as it was.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Result, ensure};
use parapet_sandbox::faults::{Blackout, Silence};
use parapet_sandbox::services::cloudwatch::Lag;
use parapet_sandbox::services::global_accelerator::{Health, HealthState};
use parapet_tests::tools::Terraform;
use serde_json::{Value, json};

use crate::calls;
use crate::interrupted::Moment;
use crate::stack::{
    self, BUCKET, FAIL_OVER, IN_BUCKET, LOSE_DATA, NEW, NEW_ENDPOINT, NO_RETRIES, OLD, REPLICA, SECURITY_GROUP, Stack,
};

pub(crate) fn lag(terraform: &Terraform, moto: &Path) -> Result<()> {
    let stack = Stack::new(terraform, moto, &[])?;
    let too_far = "The replica is too far behind";
    let unknown = "How much data would be lost is unknown";
    for (lag, why) in [
        (Lag::Missing, unknown),
        (Lag::Value(-1.0), unknown),
        (Lag::Stale { value: 1.0, age: 900 }, unknown),
        // The highest value of the window counts, not the newest.
        (Lag::Series(vec![Some(0.0), Some(0.0), Some(90.0), Some(0.0), Some(0.0), Some(0.0)]), too_far),
        (Lag::Value(61.0), too_far),
    ] {
        stack.control().set_lag(REPLICA, lag.clone())?;
        stack.fail_over(&[])?.fails().says(why);
        stack.is_untouched()?;
        let state = stack.failover()?;
        ensure!(state["active_region"] == json!(OLD) && state["epoch"] == json!(1), "{lag:?}: {state:#}");
    }
    // What was asked for and refused is forgotten by an apply without it.
    stack.workspace.apply(&[])?.succeeds();
    stack.workspace.plan_changes(&[])?.succeeds();
    stack.is_untouched()?;
    stack.fail_over(&[LOSE_DATA])?.succeeds();
    stack.has_failed_over(&[LOSE_DATA])?;
    ensure!(stack.failover()?["estimated_rpo_seconds"].as_f64() == Some(61.0));
    Ok(())
}

pub(crate) fn unhealthy(terraform: &Terraform, moto: &Path) -> Result<()> {
    let stack = Stack::new(terraform, moto, &[])?;
    stack.control().set_health(NEW_ENDPOINT, Health { state: HealthState::Unhealthy, reason: None });
    stack.fail_over(&[])?.fails().says("eu-central-1 is not ready to take over").says("endpoints_healthy");
    stack.is_untouched()?;
    ensure!(stack.control().called("globalaccelerator", "RemoveEndpoints").succeeded == 0, "fenced all the same");
    stack.control().set_health(NEW_ENDPOINT, Health { state: HealthState::Healthy, reason: None });
    stack.fail_over(&[])?.succeeds();
    stack.has_failed_over(&[])
}

pub(crate) fn unconfirmed(terraform: &Terraform, moto: &Path) -> Result<()> {
    let stack = Stack::new(terraform, moto, &[])?;
    stack.workspace.apply(&["-var=active_region=eu-central-1"])?.fails().says("is not confirmed");
    stack.is_untouched()
}

pub(crate) fn no_fence(terraform: &Terraform, moto: &Path) -> Result<()> {
    let stack = Stack::new(terraform, moto, &[SECURITY_GROUP])?;
    stack.control().black_out(OLD, Blackout { mode: Silence::Drop, workloads: false });
    stack.fail_over(&[SECURITY_GROUP, LOSE_DATA])?.fails().says("fence");
    stack.is_untouched()?;
    stack.control().heal(OLD);
    // Reachable again, but the call that fences is refused: it stops before the promotion as well.
    stack.control().inject(serde_json::from_value(json!({
        "service": "rds", "operation": "ModifyDBInstance", "region": OLD,
        "effect": { "error": { "status": 403, "code": "AccessDenied", "message": "not allowed" } },
    }))?);
    stack.fail_over(&[SECURITY_GROUP])?.fails().says("The old writer cannot be fenced");
    stack.is_untouched()?;
    stack.control().clear_faults();
    stack.fail_over(&[SECURITY_GROUP])?.succeeds();
    stack.has_failed_over(&[SECURITY_GROUP])
}

/// The region that is to take over does not answer: nothing can be found out, and nothing is changed.
pub(crate) fn dark_target(terraform: &Terraform, moto: &Path) -> Result<()> {
    let stack = Stack::new(terraform, moto, &[NO_RETRIES])?;
    stack.control().black_out(NEW, Blackout { mode: Silence::Drop, workloads: false });
    stack.fail_over(&[NO_RETRIES])?.fails().says("eu-central-1 is not ready to take over").says("does not answer");
    stack.control().heal(NEW);
    stack.is_untouched()?;
    stack.fail_over(&[NO_RETRIES])?.succeeds();
    stack.has_failed_over(&[NO_RETRIES])
}

/// Another state's failover holds the record and shows that it lives.
pub(crate) fn running(terraform: &Terraform, moto: &Path) -> Result<()> {
    running_elsewhere(terraform, moto, &[], |endpoint, beat, record| {
        let item = json!({
            "LockID": { "S": "parapet/failover/orders" }, "Record": { "S": record.to_string() },
            "Version": { "S": format!("2:somebody else:{beat}") },
        });
        calls::dynamodb(endpoint, NEW, "PutItem", &json!({ "TableName": "parapet-failover", "Item": item })).map(drop)
    })
}

/// The same with the record in a bucket.
pub(crate) fn running_with_a_bucket(terraform: &Terraform, moto: &Path) -> Result<()> {
    running_elsewhere(terraform, moto, &[IN_BUCKET], |endpoint, _, record| {
        calls::put_object(endpoint, NEW, BUCKET, "parapet/failover/orders.json", &record.to_string())
    })
}

fn running_elsewhere(
    terraform: &Terraform,
    moto: &Path,
    more: &[&str],
    write: impl Fn(&str, u32, &Value) -> Result<()> + Sync,
) -> Result<()> {
    let stack = Stack::new(terraform, moto, more)?;
    let endpoint = stack.sandbox.endpoint.clone();
    let beat = |beat: u32| {
        let record = json!({
            "epoch": 2, "from": OLD, "to": NEW, "status": "running", "holder": "somebody else", "beat": beat, "steps": [],
            "started_at": "2026-01-01T00:00:00Z",
        });
        write(&endpoint, beat, &record)
    };
    beat(0)?;
    let ended = AtomicBool::new(false);
    thread::scope(|scope| -> Result<()> {
        let holder = scope.spawn(|| -> Result<()> {
            for number in 1.. {
                if ended.load(Ordering::SeqCst) {
                    break;
                }
                beat(number)?;
                thread::sleep(Duration::from_millis(100));
            }
            Ok(())
        });
        let refused = stack.fail_over(more);
        ended.store(true, Ordering::SeqCst);
        holder.join().map_err(|_| anyhow::anyhow!("the holder panicked"))??;
        refused?.fails().says("Another failover of this group is running").says("somebody else");
        stack.is_untouched()
    })?;
    // The holder is dead now: after its lease another may go on.
    stack.fail_over(more)?.succeeds();
    stack.has_failed_over(more)
}

/// Two states name the same group, and both fail it over: the second is refused while the first goes on and ends.
pub(crate) fn two_states(terraform: &Terraform, moto: &Path) -> Result<()> {
    let stack = Stack::new(terraform, moto, &[])?;
    let other = stack::workspace(terraform, &stack.sandbox, include_str!("stack.tf"))?;
    fs::copy(stack.workspace.path().join("terraform.tfstate"), other.path().join("terraform.tfstate"))?;
    other.init()?.succeeds();
    // The first looks at the lag for as long as the second needs to be refused.
    let slow =
        json!({ "service": "monitoring", "operation": "GetMetricData", "count": 1, "effect": { "latency": 6000 } });
    stack.control().inject(serde_json::from_value(slow)?);
    let first = Moment::at("fence").reached(&stack, &[])?;
    other.apply(&FAIL_OVER)?.fails().says("Another failover of this group is running");
    ensure!(stack.promotions() == 0, "the second promoted");
    first.wait()?.succeeds();
    stack.has_failed_over(&[])
}
