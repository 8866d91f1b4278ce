//! Failovers that succeed although something is wrong, and failovers by others.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use parapet_sandbox::faults::{Blackout, Silence};
use parapet_sandbox::services::cloudwatch::Lag;
use parapet_sandbox::services::global_accelerator::{Health, HealthState};
use parapet_tests::tools::Terraform;
use serde_json::{Value, json};

use crate::calls;
use crate::interrupted::Moment;
use crate::stack::{FAIL_OVER, LOSE_DATA, NEW, NEW_ENDPOINT, NO_RETRIES, OLD, REPLICA, SECURITY_GROUP, Stack};

/// The old region is gone, its API and, as far as anybody can tell, its database.
pub(crate) fn dark(terraform: &Terraform, moto: &Path) -> Result<()> {
    let stack = Stack::new(terraform, moto, &[])?;
    // The worst case: the database there still takes writes from whoever reaches it.
    stack.control().black_out(OLD, Blackout { mode: Silence::Drop, workloads: false });
    stack.control().set_lag(REPLICA, Lag::Missing)?;
    stack.workspace.apply(&["-refresh-only"])?.succeeds();
    let state = stack.failover()?;
    ensure!(state["status"] == json!("unknown") && state["active_region"] == json!(OLD), "{state:#}");
    ensure!(state["observed_writer_region"] == json!(OLD), "the last value is kept: {state:#}");
    stack.fail_over(&[])?.fails().says("How much data would be lost is unknown");
    stack.is_untouched()?;
    stack.fail_over(&[LOSE_DATA])?.succeeds();
    ensure!(stack.endpoint_group(OLD)?.endpoints.is_empty(), "the old region has no fence");
    stack.control().heal(OLD);
    stack.workspace.apply(&[&FAIL_OVER[..], &[LOSE_DATA]].concat())?.succeeds();
    stack.has_failed_over(&[LOSE_DATA])
}

pub(crate) fn security_group(terraform: &Terraform, moto: &Path) -> Result<()> {
    let stack = Stack::new(terraform, moto, &[SECURITY_GROUP])?;
    stack.control().set_lag(REPLICA, Lag::Missing)?;
    stack.fail_over(&[SECURITY_GROUP])?.fails().says("How much data would be lost is unknown");
    stack.is_untouched()?;
    stack.control().set_lag(REPLICA, Lag::Value(1.0))?;
    stack.fail_over(&[SECURITY_GROUP])?.succeeds();
    stack.has_failed_over(&[SECURITY_GROUP])
}

/// Every call that a failover makes is throttled once, and once answered with a server fault.
pub(crate) fn faults(terraform: &Terraform, moto: &Path) -> Result<()> {
    let stack = Stack::new(terraform, moto, &[])?;
    for (service, operations) in [
        ("rds", &["DescribeDBInstances", "AddTagsToResource", "PromoteReadReplica", "ModifyDBInstance"][..]),
        ("dynamodb", &["GetItem", "PutItem"]),
        ("monitoring", &["GetMetricData"]),
        (
            "globalaccelerator",
            &[
                "DescribeEndpointGroup",
                "ListTagsForResource",
                "TagResource",
                "RemoveEndpoints",
                "UpdateEndpointGroup",
                "DescribeAccelerator",
            ],
        ),
    ] {
        for operation in operations {
            for effect in [json!("throttle"), json!({ "error": { "status": 500 } })] {
                let fault = json!({ "service": service, "operation": operation, "count": 1, "effect": effect });
                stack.control().inject(serde_json::from_value(fault)?);
            }
        }
    }
    stack.fail_over(&[])?.succeeds();
    let left = stack.control().state().faults.all().to_vec();
    ensure!(left.is_empty(), "calls that were never made: {left:?}");
    stack.has_failed_over(&[])
}

/// Each step in turn is refused by AWS for good, once because of too many calls and once because of a fault of the server. The failover
/// stops there; before the promotion it leaves everything as it was, afterwards the next apply goes on. Promoted is once.
pub(crate) fn refused_at_each_step(terraform: &Terraform, moto: &Path) -> Result<()> {
    let stack = Stack::new(terraform, moto, &[NO_RETRIES])?;
    for (service, operation, promoted) in [
        ("dynamodb", "PutItem", false),
        ("globalaccelerator", "RemoveEndpoints", false),
        ("monitoring", "GetMetricData", false),
        ("rds", "AddTagsToResource", false),
        ("rds", "PromoteReadReplica", false),
        ("rds", "ModifyDBInstance", true),
        ("globalaccelerator", "UpdateEndpointGroup", true),
        ("rds", "AddTagsToResource", true),
    ] {
        for effect in [json!("throttle"), json!({ "error": { "status": 500 } })] {
            let fault = json!({ "service": service, "operation": operation, "effect": effect });
            stack.control().inject(serde_json::from_value(fault)?);
            let failed = stack.control().called(service, operation).failed;
            let run = stack.fail_over(&[NO_RETRIES])?.fails();
            ensure!(stack.control().called(service, operation).failed > failed, "{operation} was never called\n{run}");
            stack.control().clear_faults();
            let state = stack.failover()?;
            ensure!(state["active_region"] == json!(OLD), "{operation}: {state:#}");
            if promoted {
                ensure!(state["status"] == json!("failing_over"), "{operation}: {state:#}");
            } else {
                stack.is_untouched().with_context(|| format!("{operation}, {effect}\n{run}"))?;
            }
        }
    }
    stack.fail_over(&[NO_RETRIES])?.succeeds();
    stack.has_failed_over(&[NO_RETRIES])
}

/// The new region falls ill while traffic is moved there: it gets no more, and all of it once it is well.
pub(crate) fn unhealthy_on_the_way(terraform: &Terraform, moto: &Path) -> Result<()> {
    let stack = Stack::new(terraform, moto, &[])?;
    let running = Moment::at("first_dial").reached(&stack, &[])?;
    stack.control().set_health(NEW_ENDPOINT, Health { state: HealthState::Unhealthy, reason: None });
    running.wait()?.fails().says("The new region's endpoints are not healthy").says("50% of the traffic");
    ensure!(stack.endpoint_group(NEW)?.dial == 50.0 && stack.endpoint_group(OLD)?.dial == 50.0, "traffic");
    stack.fail_over(&[])?.fails().says("not healthy");
    ensure!(stack.endpoint_group(NEW)?.dial == 50.0, "more traffic for an unhealthy region");
    stack.control().set_health(NEW_ENDPOINT, Health { state: HealthState::Healthy, reason: None });
    stack.fail_over(&[])?.succeeds();
    stack.has_failed_over(&[])
}

pub(crate) fn lost_answer(terraform: &Terraform, moto: &Path) -> Result<()> {
    let stack = Stack::new(terraform, moto, &[])?;
    let fault = json!({ "service": "rds", "operation": "PromoteReadReplica", "count": 1, "effect": "drop_after" });
    stack.control().inject(serde_json::from_value(fault)?);
    stack.fail_over(&[])?.succeeds();
    stack.has_failed_over(&[])
}

/// Somebody promotes the replica and moves the traffic in the console.
pub(crate) fn by_hand(terraform: &Terraform, moto: &Path) -> Result<()> {
    let stack = Stack::new(terraform, moto, &[])?;
    let endpoint = &stack.sandbox.endpoint;
    let promotion = [("DBInstanceIdentifier", "orders-standby"), ("BackupRetentionPeriod", "7")];
    calls::rds(endpoint, NEW, "PromoteReadReplica", &promotion)?;
    for (region, dial) in [(NEW, 100), (OLD, 0)] {
        let group = json!({ "EndpointGroupArn": group_arn(&stack, region)?, "TrafficDialPercentage": dial });
        let service = ("us-west-2", "globalaccelerator", "GlobalAccelerator_V20180706");
        calls::json(endpoint, service, "UpdateEndpointGroup", &group)?;
    }
    stack.control().settle();
    stack.workspace.plan(&["-var=confirm_region=eu-west-1"])?.succeeds().says("from eu-central-1 to eu-west-1");
    let plan = stack.workspace.show_plan()?;
    let changes = plan["resource_changes"].as_array().context("no changes")?;
    let change = changes.iter().find(|it| it["type"] == json!("parapet_failover")).context("no change of it")?;
    ensure!(change["change"]["actions"] == json!(["update"]), "{change:#}");
    ensure!(change["change"]["before"]["active_region"] == json!(NEW), "{change:#}");
    // Accepted by saying so.
    stack.workspace.plan_changes(&["-var=active_region=eu-central-1"])?.succeeds();
    stack.workspace.apply(&["-var=active_region=eu-central-1"])?.succeeds();
    let state = stack.failover()?;
    ensure!(state["active_region"] == json!(NEW) && state["observed_writer_region"] == json!(NEW), "{state:#}");
    ensure!(stack.promotions() == 1, "promoted again");
    Ok(())
}

fn group_arn(stack: &Stack, region: &str) -> Result<String> {
    let state = stack.workspace.show_state()?;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let resources = state.pointer("/values/root_module/resources").and_then(Value::as_array).context("no resources")?;
    let accelerator = resources.iter().find(|it| it["type"] == json!("parapet_global_accelerator"));
    let groups = accelerator.and_then(|it| it.pointer("/values/listener/0/endpoint_group")?.as_array());
    let group = groups.and_then(|all| all.iter().find(|group| group["region"] == json!(region)));
    group.and_then(|group| text(&group["arn"])).with_context(|| format!("no endpoint group in {region}"))
}
