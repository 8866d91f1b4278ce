//! Estimates as a data source.

use anyhow::{Context as _, Result, ensure};
use parapet_tests::tools::Terraform;
use parapet_tests::workspace::Workspace;
use serde_json::{Value, json};

use crate::stack::workspace;

fn estimate(workspace: &Workspace, more: &[&str]) -> Result<Value> {
    workspace.apply(more)?.succeeds();
    workspace.outputs()?.get("estimate").cloned().context("no output `estimate`")
}

pub(crate) fn configuration(terraform: &Terraform) -> Result<()> {
    let workspace = workspace(terraform, include_str!("estimate.tf"))?;
    let found = estimate(&workspace, &["-var=instances=2"])?;
    ensure!(found["monthly_usd"].as_f64() == Some(199.76), "{found:#}");
    ensure!(found["before_monthly_usd"].is_null() && found["change_usd"].is_null(), "{found:#}");
    let services: f64 = found["by_service"].as_object().into_iter().flatten().filter_map(|(_, it)| it.as_f64()).sum();
    ensure!((services - 199.76).abs() < 1e-9, "{found:#}");
    let of = |address: &str| {
        let rows = found["resources"].as_array().into_iter().flatten();
        rows.into_iter().find(|it| it["address"] == json!(address)).cloned().unwrap_or_default()
    };
    ensure!(of("aws_instance.web[1]")["monthly_usd"].as_f64() == Some(70.88), "{found:#}");
    ensure!(of("aws_ebs_volume.data")["complete"] == json!(true), "{found:#}");
    ensure!(of("aws_s3_bucket.logs")["complete"] == json!(false), "{found:#}");
    let reasons: Vec<_> = found["not_estimated"].as_array().into_iter().flatten().map(|it| &it["reason"]).collect();
    ensure!(!reasons.is_empty() && reasons.iter().all(|it| **it == json!("usage_not_given")), "{found:#}");
    ensure!(found["unpriced_count"] == json!(0) && found["sources"][0].as_str().is_some(), "{found:#}");
    // What configuration cannot tell is said: 1,000 GB at 0.023.
    let usage = r#"-var=usage=resource "aws_s3_bucket.logs" { storage_gb = 1000 }"#;
    let stored = estimate(&workspace, &["-var=instances=2", usage])?;
    ensure!(stored["monthly_usd"].as_f64() == Some(222.76), "{stored:#}");
    let mistyped = r#"-var=usage=resource "aws_s3_bucket.log" { storage_gb = 1000 }"#;
    workspace.plan(&[mistyped])?.succeeds().says("Usage of a resource that is not there");
    let unknown = r#"-var=usage=resource "aws_s3_bucket.logs" { stored = 1000 }"#;
    workspace.plan(&[unknown])?.fails().says("Usage that cannot be read");
    workspace.plan(&["-var=type=p9.large"])?.succeeds();
    Ok(())
}

pub(crate) fn plans(terraform: &Terraform) -> Result<()> {
    let workspace = workspace(terraform, include_str!("estimate.tf"))?;
    let values = |kind: &str| json!({ "type": kind, "size": 500, "availability_zone": "us-east-1a" });
    let plan = json!({
        "format_version": "1.2", "terraform_version": "1.15.5", "planned_values": { "root_module": {} },
        "resource_changes": [{
            "address": "aws_ebs_volume.data", "mode": "managed", "type": "aws_ebs_volume", "name": "data",
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "change": { "actions": ["update"], "before": values("gp2"), "after": values("gp3"), "after_unknown": {} },
        }],
        "configuration": { "root_module": {} },
    });
    let found = estimate(&workspace, &[&format!("-var=plan_json={plan}")])?;
    ensure!(found["before_monthly_usd"].as_f64() == Some(50.0), "{found:#}");
    ensure!(found["monthly_usd"].as_f64() == Some(40.0) && found["change_usd"].as_f64() == Some(-10.0), "{found:#}");
    workspace.plan(&["-var=plan_json={}"])?.fails().says("Nothing");
    Ok(())
}
