//! How releases that behave each in their way are judged, and where the traffic is then.

use anyhow::{Result, ensure};
use parapet_tests::tools::Terraform;
use serde_json::json;

use super::checks;
use super::stack::{CANARY, RELEASE, STABLE, Stack};
use crate::series::{self, ERRORS, SLOW, Service};
use crate::server::{Prometheus, Server, Tools};

/// A service with so many requests a second that a verdict takes seconds.
pub(crate) const fn busy(name: &'static str) -> Service {
    Service { requests: 3000, windows: 30, ..Service::good(name) }
}

/// The stack, judged by the series of one service.
pub(crate) fn judged_by(terraform: &Terraform, tools: &Tools, service: Service) -> Result<(Stack, Prometheus, Server)> {
    let prometheus = Prometheus::new(tools, &series::quick(&[service]), "[]")?;
    let server = prometheus.start()?;
    let stack = Stack::new(terraform, &server.url(), service.name)?;
    Ok((stack, prometheus, server))
}

pub(crate) fn promoted(terraform: &Terraform, tools: &Tools) -> Result<()> {
    let (stack, _prometheus, _server) = judged_by(terraform, tools, busy("good"))?;
    checks::hold(&stack)?;
    stack.workspace.plan(&[RELEASE])?.succeeds().says("This plan rolls out v2 in place of v1");
    // What happens is in the log while it does.
    let run = stack.roll_out(&[])?.succeeds();
    run.says("step 1 of 3: 5%")
        .says("promoted: all traffic goes to the new release")
        .says("checking before the rollout")
        .says("checking after the rollout");
    let gate = stack.stands("v2", 100, Some("promote"))?;
    ensure!(gate["steps_completed"] == json!(3) && gate["pending_release_id"].is_null(), "{gate:#}");
    ensure!(gate["metric_results"][0]["verdict"] == json!("promote"), "{gate:#}");
    let evidence = stack.evidence()?;
    ensure!(evidence.contains("\"weight\":50") && evidence.contains("\"verdict\":\"promote\""), "{evidence}");
    stack.workspace.plan_changes(&[RELEASE])?.succeeds().says("No changes");

    // What was promoted is the stable release now; without the swap the next rollout would move traffic to the oldest.
    let next = "-var=release_id=v3";
    stack.workspace.apply(&[next])?.fails().says("The new release already has all traffic").says("swap the two");
    stack.stands("v2", 100, Some("promote"))?;
    let swapped = [next, &format!("-var=stable={CANARY}"), &format!("-var=canary={STABLE}")];
    stack.workspace.apply(&swapped)?.succeeds();
    let weights = (stack.weight_of(STABLE)?, stack.weight_of(CANARY)?);
    ensure!(weights == (100, 0), "the third release has {weights:?}");
    stack.workspace.destroy(&swapped)?.succeeds();
    Ok(())
}

/// The last good release stays in the state, nothing is tainted, and the same apply tries again.
fn rolled_back(stack: &Stack, more: &[&str], says: &str) -> Result<()> {
    stack.roll_out(more)?.fails().says("v2 was not promoted: rollback").says(says).never_says("must be replaced");
    let gate = stack.stands("v1", 0, Some("rollback"))?;
    ensure!(gate["pending_release_id"].is_null(), "{gate:#}");
    let evidence = stack.evidence()?;
    ensure!(evidence.contains("\"verdict\":\"rollback\""), "{evidence}");
    let reports = stack.reports()?;
    ensure!(reports.len() == 1 && reports[0]["verdict"] == json!("rollback"), "{reports:#?}");
    ensure!(reports[0]["restored_at"].as_i64() >= reports[0]["started_at"].as_i64(), "{:#}", reports[0]);
    // The release that is kept needs no apply; the new one is still to be rolled out.
    stack.workspace.plan_changes(more)?.succeeds().says("No changes");
    stack.workspace.plan(&[&[RELEASE], more].concat())?.succeeds().says("This plan rolls out v2 in place of v1");
    Ok(())
}

pub(crate) fn errors(terraform: &Terraform, tools: &Tools) -> Result<()> {
    let service = Service { errors: 6.0 * ERRORS, ..busy("errors") };
    let (stack, _prometheus, _server) = judged_by(terraform, tools, service)?;
    rolled_back(&stack, &[], "errors: rollback:")
}

pub(crate) fn latency(terraform: &Terraform, tools: &Tools) -> Result<()> {
    let service = Service { slow: 3.0 * SLOW, ..busy("latency") };
    let (stack, _prometheus, _server) = judged_by(terraform, tools, service)?;
    rolled_back(&stack, &[], "latency: rollback:")
}

pub(crate) fn memory(terraform: &Terraform, tools: &Tools) -> Result<()> {
    // Windows enough to learn from, and a few for the time that all this takes.
    let service = Service { memory: 1.4, requests: 300, windows: 1_400, ..Service::good("memory") };
    let (stack, _prometheus, _server) = judged_by(terraform, tools, service)?;
    let history = "-var=history=20m";
    stack.workspace.apply(&[history])?.succeeds();
    rolled_back(&stack, &[history], "anomaly test: rollback:")?;
    let gate = stack.gate()?;
    let score = gate["anomaly_score"].as_f64().unwrap_or_default();
    ensure!(score > 0.95, "the anomaly score is {score}");
    let errors = &gate["metric_results"][0];
    ensure!(errors["name"] == json!("errors") && errors["verdict"] != json!("rollback"), "{gate:#}");
    Ok(())
}

/// Not promoted, and nothing is known to be wrong.
pub(crate) fn inconclusive(stack: &Stack, says: &str) -> Result<()> {
    stack.roll_out(&[])?.fails().says("v2 was not promoted: inconclusive").says(says);
    stack.stands("v1", 0, Some("inconclusive"))?;
    let reports = stack.reports()?;
    ensure!(reports.len() == 1 && reports[0]["verdict"] == json!("inconclusive"), "{reports:#?}");
    Ok(())
}

pub(crate) fn no_traffic(terraform: &Terraform, tools: &Tools) -> Result<()> {
    let (stack, _prometheus, _server) = judged_by(terraform, tools, Service { requests: 0, ..busy("idle") })?;
    inconclusive(&stack, "no window of the step at 5% has data of both releases")
}

pub(crate) fn not_a_number(terraform: &Terraform, tools: &Tools) -> Result<()> {
    // Of the latency there are data, so that only the time ends it: no window of the errors can be used.
    let (stack, _prometheus, _server) = judged_by(terraform, tools, Service { nan: true, ..busy("nan") })?;
    stack.roll_out(&["-var=max_duration=8s"])?.fails().says("v2 was not promoted: inconclusive").says("`max_duration`");
    let gate = stack.stands("v1", 0, Some("inconclusive"))?;
    ensure!(gate["metric_results"][0]["windows"] == json!(0), "{gate:#}");
    Ok(())
}

pub(crate) fn shadow(terraform: &Terraform, tools: &Tools) -> Result<()> {
    let (stack, _prometheus, _server) = judged_by(terraform, tools, busy("shadow"))?;
    stack.roll_out(&["-var=strategy=shadow"])?.fails().says("Steps that lead nowhere").says("at most one step");
    let before = stack.moves();
    let steps = "-var=steps=[{weight=0,min_duration=\"2s\"}]";
    stack.roll_out(&["-var=strategy=shadow", steps])?.succeeds();
    ensure!(before == stack.moves(), "traffic was moved");
    stack.stands("v2", 0, Some("promote"))?;
    Ok(())
}
