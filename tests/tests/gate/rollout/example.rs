//! examples/rollout-gate with the real hashicorp/aws: weights of a load balancer's listener rule.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use parapet_sandbox::{Backend, Options, Sandbox};
use parapet_tests::checkout;
use parapet_tests::provider::Provider;
use parapet_tests::tools::Terraform;
use parapet_tests::workspace::Workspace;
use serde_json::{Value, json};

use super::judged::busy;
use crate::series::{self, ERRORS, Service};
use crate::server::{Prometheus, Tools};

const LIMIT: Duration = Duration::from_secs(300);

pub(crate) fn load_balancer(terraform: &Terraform, tools: &Tools, mirror: &Path, moto: &Path) -> Result<()> {
    let prometheus = Prometheus::new(tools, &series::quick(&[busy("shop")]), "[]")?;
    let good = prometheus.start()?;
    let prometheus = Prometheus::new(tools, &series::quick(&[Service { errors: 6.0 * ERRORS, ..busy("shop") }]), "[]")?;
    let bad = prometheus.start()?;
    let sandbox = Sandbox::start(Options { moto: Backend::Program(moto.to_owned()), ..Options::default() })?;
    let workspace = Workspace::new(terraform)?
        .with_provider(&Provider::parapet()?)?
        .with_mirror(mirror)?
        .with_variable("TF_VAR_endpoint", &sandbox.endpoint)
        .with_variable("TF_VAR_window", "1s")
        .with_variable(
            "TF_VAR_steps",
            r#"[{"weight":20,"min_duration":"1s"},{"weight":50,"min_duration":"1s"},{"weight":100,"min_duration":"0s"}]"#,
        )
        .with_limit(LIMIT);
    workspace.copy(&checkout::root().join("examples/rollout-gate"))?;
    workspace.write("sandbox.tf", "variable \"endpoint\" {\n  type = string\n}\n")?;
    workspace.write("sandbox_override.tf", include_str!("sandbox_override.tf"))?;
    workspace.init()?.succeeds();
    let (bad, good) = (format!("-var=prometheus_url={}", bad.url()), format!("-var=prometheus_url={}", good.url()));
    workspace.apply(&[&bad])?.succeeds();
    is_forwarded(&workspace, &bad, 0)?;
    let release = "-var=release_id=v2";
    workspace.apply(&[&bad, release])?.fails().says("v2 was not promoted: rollback").says("errors: rollback:");
    is_forwarded(&workspace, &bad, 0)?;
    workspace.apply(&[&good, release])?.succeeds();
    let outputs = workspace.outputs()?;
    let output = outputs.get("release").context("no output `release`")?;
    ensure!(output["verdict"] == json!("promote") && output["weight"] == json!(100), "{output:#}");
    workspace.plan_changes(&[&good, release])?.succeeds().says("No changes");
    is_forwarded(&workspace, &good, 100)?;
    workspace.destroy(&[&good, release])?.succeeds();
    Ok(())
}

/// The share of the green target group, as hashicorp/aws reads it.
fn is_forwarded(workspace: &Workspace, url: &str, percent: i64) -> Result<()> {
    workspace.run(["refresh", "-input=false", "-no-color", url])?.succeeds();
    let state = workspace.show_state()?;
    let all = state.pointer("/values/root_module/resources").and_then(Value::as_array).context("no resources")?;
    let of = |address: &str| {
        let found = all.iter().find(|it| it["address"] == json!(address));
        found.map(|it| &it["values"]).with_context(|| format!("no {address} in the state"))
    };
    let groups = &of("aws_lb_listener_rule.shop")?["action"][0]["forward"][0]["target_group"];
    let weight = |color: &str| -> Result<Option<i64>> {
        let arn = &of(&format!("aws_lb_target_group.this[\"{color}\"]"))?["arn"];
        let all = groups.as_array().context("the rule forwards to no groups")?;
        Ok(all.iter().find(|it| it["arn"] == *arn).and_then(|it| it["weight"].as_i64()))
    };
    let found = (weight("blue")?, weight("green")?);
    ensure!(found == (Some(100 - percent), Some(percent)), "blue and green have {found:?}, not {percent}% for green");
    Ok(())
}
