//! Rollouts that end in the middle: killed, or held.

use anyhow::{Result, ensure};
use parapet_tests::tools::Terraform;
use serde_json::{Value, json};

use super::judged::{busy, judged_by};
use super::stack::{RELEASE, Stack};
use crate::series::{self, Service};
use crate::server::{Prometheus, Tools};

pub(crate) fn killed(terraform: &Terraform, tools: &Tools) -> Result<()> {
    let (stack, _prometheus, _server) = judged_by(terraform, tools, busy("good"))?;
    let running = stack.start(&[])?;
    stack.wait_for_weight(50)?;
    // Terraform and the provider, both at once.
    drop(running);
    stack.stands_killed()?;
    let run = stack.roll_out(&[])?.succeeds();
    run.says("goes on with step 2 of 3").never_says("step 1 of 3");
    stack.stands("v2", 100, Some("promote"))?;
    let evidence = stack.evidence()?;
    let steps: Vec<Value> = evidence.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let events: Vec<&str> = steps.iter().filter_map(|it| it["event"].as_str()).collect();
    ensure!(events.iter().filter(|it| **it == "started").count() == 1, "it began twice: {events:?}");
    ensure!(events.contains(&"resumed"), "it did not go on: {events:?}");
    Ok(())
}

impl Stack {
    /// The state knows of nothing, and the traffic is where it was at that moment.
    fn stands_killed(&self) -> Result<()> {
        let gate = self.gate()?;
        ensure!(gate["release_id"] == json!("v1"), "{gate:#}");
        ensure!(self.weight_of(super::stack::CANARY)? == 50, "somebody moved the traffic");
        Ok(())
    }
}

pub(crate) fn held(terraform: &Terraform, tools: &Tools) -> Result<()> {
    // So few requests that nothing can be decided.
    let (stack, _prometheus, _server) = judged_by(terraform, tools, Service { requests: 40, ..busy("quiet") })?;
    let hold = "-var=on_inconclusive=hold";
    for goes_on in [false, true] {
        let run = stack.roll_out(&[hold])?.fails().says("The rollout of v2 is held: inconclusive");
        ensure!(run.said("goes on with step 2 of 3") == goes_on, "{run}");
        let gate = stack.stands("v1", 50, Some("inconclusive"))?;
        ensure!(gate["pending_release_id"] == json!("v2") && gate["steps_completed"] == json!(1), "{gate:#}");
    }
    stack.workspace.plan(&[hold, RELEASE])?.succeeds().says("This plan goes on with the rollout of v2");
    stack.workspace.apply(&[hold])?.succeeds().says("This plan takes the rollout of v2 back");
    let gate = stack.stands("v1", 0, None)?;
    ensure!(gate["pending_release_id"].is_null(), "{gate:#}");
    stack.workspace.plan_changes(&[hold])?.succeeds().says("No changes");
    // The third thing to do about data that do not decide.
    stack
        .roll_out(&["-var=on_inconclusive=rollback"])?
        .fails()
        .says("v2 was not promoted: inconclusive")
        .says("data do not decide");
    stack.stands("v1", 0, Some("inconclusive"))?;
    Ok(())
}

pub(crate) fn without_data(terraform: &Terraform, tools: &Tools) -> Result<()> {
    let services = [Service { requests: 0, ..busy("idle") }, busy("good")];
    let prometheus = Prometheus::new(tools, &series::quick(&services), "[]")?;
    let server = prometheus.start()?;
    let stack = Stack::new(terraform, &server.url(), "idle")?;
    let nothing = "no window of the step at 5% has data of both releases";

    // It waits until there is no more time.
    stack
        .roll_out(&["-var=on_no_data=extend", "-var=max_duration=8s"])?
        .fails()
        .says("v2 was not promoted: inconclusive")
        .says("`max_duration` (8s) is over")
        .says(nothing);
    let gate = stack.stands("v1", 0, Some("inconclusive"))?;
    ensure!(gate["pending_release_id"].is_null(), "{gate:#}");

    // It stays where it is, and goes on from there when data have come.
    let held = ["-var=on_no_data=hold", "-var=max_duration=10m"];
    stack.roll_out(&held)?.fails().says("The rollout of v2 is held: inconclusive").says(nothing);
    let gate = stack.stands("v1", 5, Some("inconclusive"))?;
    ensure!(gate["pending_release_id"] == json!("v2") && gate["steps_completed"] == json!(0), "{gate:#}");
    let served = [held[0], held[1], "-var=service=good"];
    stack.roll_out(&served)?.succeeds().says("goes on with step 1 of 3");
    stack.stands("v2", 100, Some("promote"))?;
    Ok(())
}
