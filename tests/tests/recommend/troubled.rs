//! What is refused, and what answers late.

use anyhow::{Result, ensure};
use parapet_tests::tools::Terraform;
use serde_json::{Value, json};

use crate::stack::{HERE, Stack, actions, has, mentions};

fn denied(service: &str, operation: &str, code: &str) -> Value {
    let message = "You are not authorized to perform this operation.";
    json!({
        "service": service, "operation": operation,
        "effect": { "error": { "status": 403, "code": code, "message": message } },
    })
}

pub(crate) fn refused(terraform: &Terraform) -> Result<()> {
    let stack = Stack::new(terraform)?;
    stack.seed_account()?;
    stack.fault(denied("ec2", "DescribeVolumes", "UnauthorizedOperation"))?;
    stack.workspace.apply(&[])?.succeeds().says("Warning").says("DescribeVolumes").says("ec2:DescribeVolumes");
    let found = stack.found()?;
    let failures = found["failures"].as_array().cloned().unwrap_or_default();
    ensure!(failures.len() == 1, "{failures:#?}");
    ensure!(failures[0]["permission"] == json!("ec2:DescribeVolumes"), "{failures:#?}");
    ensure!(failures[0]["service"] == json!("EC2") && failures[0]["region"] == json!(HERE), "{failures:#?}");
    ensure!(has(&found, "Rightsize", "i-easy") && has(&found, "Delete", "nat-idle"), "{:#?}", actions(&found));
    ensure!(!mentions(&found, "vol-free"), "{:#?}", actions(&found));

    // Without metrics nothing is judged by its use, and nothing looks idle.
    stack.sandbox.control().clear_faults();
    stack.fault(denied("monitoring", "GetMetricData", "AccessDenied"))?;
    stack.workspace.apply(&[])?.succeeds().says("cloudwatch:GetMetricData");
    let found = stack.found()?;
    ensure!(found["failures"].as_array().is_some_and(|it| it.len() == 1), "{:#}", found["failures"]);
    let judged = has(&found, "Stop", "i-idle") || has(&found, "Rightsize", "i-easy") || mentions(&found, "nat-idle");
    ensure!(!judged, "{:#?}", actions(&found));
    ensure!(has(&found, "Delete", "snap-old"), "{:#?}", actions(&found));

    // Without images, a snapshot may back one.
    stack.sandbox.control().clear_faults();
    stack.fault(denied("ec2", "DescribeImages", "UnauthorizedOperation"))?;
    stack.workspace.apply(&[])?.succeeds().says("ec2:DescribeImages");
    ensure!(!has(&stack.found()?, "Delete", "snap-image"), "a snapshot that backs an image");

    // Cost Explorer is refused as a whole.
    stack.sandbox.control().clear_faults();
    stack.fault(denied("ce", "Get*", "AccessDeniedException"))?;
    stack.workspace.apply(&[])?.succeeds().says("ce:GetCostAndUsage");
    let found = stack.found()?;
    ensure!(has(&found, "Rightsize", "i-easy") && found["spend"] == json!([]), "{:#?}", actions(&found));
    Ok(())
}

pub(crate) fn throttled(terraform: &Terraform) -> Result<()> {
    let stack = Stack::new(terraform)?;
    stack.seed_account()?;
    for (service, operation) in [("ec2", "Describe*"), ("monitoring", "GetMetricData"), ("ce", "GetCostAndUsage")] {
        stack.fault(json!({ "service": service, "operation": operation, "count": 2, "effect": "throttle" }))?;
    }
    stack.workspace.apply(&[])?.succeeds();
    let found = stack.found()?;
    ensure!(found["failures"] == json!([]) && has(&found, "Rightsize", "i-easy"), "{found:#}");
    ensure!(stack.sandbox.control().state().faults.all().is_empty(), "it was not throttled at all");

    // For ever: said, and the rest reported.
    stack.fault(json!({ "service": "ec2", "operation": "DescribeSnapshots", "effect": "throttle" }))?;
    stack.workspace.apply(&["-var=max_retries=1"])?.succeeds().says("DescribeSnapshots").says("retry_mode");
    let found = stack.found()?;
    let failures = found["failures"].as_array().cloned().unwrap_or_default();
    ensure!(failures.len() == 1 && failures[0]["permission"] == Value::Null, "{failures:#?}");
    ensure!(has(&found, "Rightsize", "i-easy") && !mentions(&found, "snap-old"), "{:#?}", actions(&found));
    Ok(())
}
