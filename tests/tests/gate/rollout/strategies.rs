//! Everything at once after a look, and traffic that stays where a gate failed.

use anyhow::{Result, ensure};
use parapet_tests::tools::Terraform;

use super::judged::busy;
use super::stack::{CANARY, Stack};
use crate::series::{self, ERRORS, Service};
use crate::server::{Prometheus, Tools};

pub(crate) fn failed_and_left(terraform: &Terraform, tools: &Tools) -> Result<()> {
    let services = [Service { errors: 6.0 * ERRORS, ..busy("errors") }, busy("good")];
    let prometheus = Prometheus::new(tools, &series::quick(&services), "[]")?;
    let server = prometheus.start()?;
    let stack = Stack::new(terraform, &server.url(), "errors")?;

    // It fails at its first step or at its second, and stays there.
    let stays = "-var=rollback_on_failure=false";
    stack.workspace.apply(&[stays])?.succeeds();
    stack
        .roll_out(&[stays])?
        .fails()
        .says("v2 was not promoted: rollback")
        .says("`rollback_on_failure` is false")
        .says("of the traffic still goes to it")
        .never_says("stable release again");
    let weight = stack.weight_of(CANARY)?;
    ensure!([5, 50].contains(&weight), "the new release has {weight}%");
    stack.stands("v1", weight, Some("rollback"))?;
    stack.workspace.plan_changes(&[stays])?.succeeds().says("No changes");

    // Judged without traffic of its own, then moved in one step: back, or to the end.
    let blue_green = ["-var=strategy=blue_green", "-var=steps=[{weight=0,min_duration=\"2s\"}]"];
    stack.workspace.apply(&blue_green)?.succeeds();
    let before = stack.moves();
    stack.roll_out(&blue_green)?.fails().says("v2 was not promoted: rollback").says("errors: rollback:");
    stack.stands("v1", 0, Some("rollback"))?;
    let between = stack.moves();
    stack
        .roll_out(&[&blue_green[..], &["-var=service=good"]].concat())?
        .succeeds()
        .says("step 1 of 2: 0%")
        .says("promoted: all traffic goes to the new release");
    stack.stands("v2", 100, Some("promote"))?;
    // To 0 for the look, and then to where the verdict says.
    let moved = (between - before, stack.moves() - between);
    ensure!(moved == (2, 2), "the traffic was moved {moved:?} times");
    Ok(())
}
