//! What is found in an account.

use anyhow::{Result, ensure};
use parapet_tests::tools::Terraform;
use serde_json::json;

use crate::stack::{ACCOUNT, HERE, Stack, actions, has, mentions};

pub(crate) fn account(terraform: &Terraform) -> Result<()> {
    let stack = Stack::new(terraform)?;
    stack.seed_account()?;
    stack.workspace.apply(&[])?.succeeds();
    let found = stack.found()?;
    ensure!(found["failures"] == json!([]), "{found:#}");
    let expected = [
        ("Rightsize", "i-easy"),
        ("Stop", "i-idle"),
        ("Delete", "vol-free"),
        ("Upgrade", "vol-old-kind"),
        ("Delete", "snap-old"),
        ("Delete", "eipalloc-free"),
        ("Delete", "nat-idle"),
    ];
    for (action, id) in expected {
        ensure!(has(&found, action, id), "{action} {id} is not recommended: {:#?}", actions(&found));
    }
    let idle = actions(&found).into_iter().filter(|(action, id)| action == "Delete" && id.contains("idle")).count();
    ensure!(idle == 2, "the idle load balancer is not found: {:#?}", actions(&found));
    for id in ["vol-velero", "vol-young", "vol-late", "snap-image", "snap-new", "eipalloc-used", "nat-busy", "busy"] {
        ensure!(!mentions(&found, id), "{id}: {:#?}", actions(&found));
    }
    // A low mean alone never acts, and neither do five days.
    for id in ["i-peak", "i-young", "i-off"] {
        ensure!(!has(&found, "Rightsize", id) && !has(&found, "Stop", id), "{id}: {:#?}", actions(&found));
    }
    let all = found["recommendations"].as_array().cloned().unwrap_or_default();
    let easy = all.iter().find(|it| it["resource_id"] == json!("i-easy") && it["action"] == json!("Rightsize"));
    let easy = easy.cloned().unwrap_or_default();
    ensure!(easy["current"].as_str().is_some_and(|it| it.contains("m5.2xlarge")), "{easy:#}");
    ensure!(easy["confidence"] == json!("high"), "memory and ceilings were read: {easy:#}");
    ensure!(easy["resource_arn"] == json!(format!("arn:aws:ec2:{HERE}:{ACCOUNT}:instance/i-easy")), "{easy:#}");
    ensure!(easy["tags"]["team"] == json!("orders"), "{easy:#}");
    let counted: f64 = all.iter().filter_map(|it| it["counted_savings_usd"].as_f64()).sum();
    let total = found["total_monthly_savings_usd"].as_f64().unwrap_or_default();
    ensure!(total > 0.0 && (counted - total).abs() < 0.001, "{counted} and {total}");

    // The same account is the same the next time.
    stack.workspace.plan_changes(&[])?.succeeds().says("No changes");
    stack.workspace.apply(&[])?.succeeds();
    ensure!(stack.found()? == found, "the second read differs");
    Ok(())
}

pub(crate) fn filtered(terraform: &Terraform) -> Result<()> {
    let stack = Stack::new(terraform)?;
    stack.seed_account()?;
    stack.workspace.apply(&[r#"-var=tag_filters={"team":"search"}"#])?.succeeds();
    let found = stack.found()?;
    ensure!(has(&found, "Stop", "i-idle") && has(&found, "Delete", "vol-free"), "{:#?}", actions(&found));
    ensure!(!mentions(&found, "i-easy") && !mentions(&found, "snap-old"), "{:#?}", actions(&found));
    stack.workspace.apply(&[r#"-var=actions=["Upgrade"]"#])?.succeeds();
    let found = stack.found()?;
    ensure!(has(&found, "Upgrade", "vol-old-kind"), "{:#?}", actions(&found));
    ensure!(actions(&found).iter().all(|(action, _)| action == "Upgrade"), "{:#?}", actions(&found));
    stack.workspace.plan_changes(&[r#"-var=actions=["Resize"]"#])?.fails().says("Resize").says("Rightsize");
    // Too short a time to judge use; what exists without use is still found.
    stack.workspace.apply(&["-var=lookback_days=7"])?.succeeds();
    let found = stack.found()?;
    ensure!(!has(&found, "Rightsize", "i-easy") && has(&found, "Delete", "snap-old"), "{:#?}", actions(&found));
    Ok(())
}

pub(crate) fn regions(terraform: &Terraform) -> Result<()> {
    let stack = Stack::new(terraform)?;
    stack.seed_account()?;
    stack.seed("eu-west-1", &json!({ "addresses": [{ "id": "eipalloc-eu", "ip": "203.0.113.20" }] }))?;
    stack.workspace.apply(&[r#"-var=regions=["eu-west-1","us-east-1"]"#])?.succeeds();
    let found = stack.found()?;
    ensure!(has(&found, "Delete", "eipalloc-eu") && has(&found, "Delete", "eipalloc-free"), "{:#?}", actions(&found));
    let all = found["recommendations"].as_array().cloned().unwrap_or_default();
    let there = all.iter().find(|it| it["resource_id"] == json!("eipalloc-eu")).cloned().unwrap_or_default();
    ensure!(there["region"] == json!("eu-west-1"), "{there:#}");
    Ok(())
}

pub(crate) fn nothing(terraform: &Terraform) -> Result<()> {
    let stack = Stack::new(terraform)?;
    stack.seed(HERE, &json!({}))?;
    let run = stack.workspace.apply(&[])?;
    run.succeeds();
    let found = stack.found()?;
    ensure!(found["recommendations"] == json!([]) && found["failures"] == json!([]), "{found:#}");
    ensure!(found["total_monthly_savings_usd"] == json!(0) && found["unpriced_count"] == json!(0), "{found:#}");
    ensure!(found["spend"] == json!([]), "{found:#}");
    Ok(())
}

pub(crate) fn pages(terraform: &Terraform) -> Result<()> {
    let stack = Stack::new(terraform)?;
    stack.seed(HERE, &json!({ "generate": { "instances": 1_200, "volumes": 2_300, "snapshots": 1_100 } }))?;
    stack.workspace.apply(&[])?.succeeds();
    let found = stack.found()?;
    ensure!(found["failures"] == json!([]), "{:#}", found["failures"]);
    let calls = |service: &str, operation: &str| stack.sandbox.control().called(service, operation).succeeded;
    // A page is 1,000 items, of volumes 500, and 500 queries.
    ensure!(calls("ec2", "DescribeInstances") == 2 && calls("ec2", "DescribeVolumes") == 5);
    ensure!(calls("ec2", "DescribeSnapshots") == 2 && calls("monitoring", "ListMetrics") == 2);
    ensure!(calls("monitoring", "GetMetricData") >= 1_080 * 21 / 500, "{}", calls("monitoring", "GetMetricData"));
    // Of the last page as of the first.
    let last = format!("i-{:017x}", 1_198);
    ensure!(has(&found, "Stop", &last) && has(&found, "Stop", "i-00000000000000008"), "the idle ones of 1,200");
    ensure!(has(&found, "Delete", &format!("vol-{:017x}", 2_299)), "the last free volume");
    Ok(())
}
