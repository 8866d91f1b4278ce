//! Terraform's two-stage interrupt, with the guard in between.

use std::thread::sleep;
use std::time::Duration;

use anyhow::Result;
use parapet_tests::tools::Terraform;
use rustix::process::{Signal, kill_process};

use crate::stack::{Stack, awaited, note, slow_after_note};

pub(crate) fn once(terraform: &Terraform) -> Result<()> {
    let stack = Stack::fixture(terraform, &slow_after_note())?;
    let apply = stack.workspace.start(["apply", "-auto-approve", "-no-color"])?;
    stack.wait_for_object("slow-first.json")?;
    apply.interrupt()?;
    stopped_in_order(&stack, apply.wait()?)
}

/// What was begun is in the state.
fn stopped_in_order(stack: &Stack, run: parapet_tests::process::Run) -> Result<()> {
    let run = run.fails().says("Interrupt received").says("Gracefully shutting down");
    assert!(run.elapsed < Duration::from_secs(50) && !run.left_processes, "{run}");
    let run = run.never_says("Two interrupts received");
    let listed = stack.workspace.run(["state", "list"])?.succeeds();
    assert_eq!(listed.stdout.lines().collect::<Vec<_>>(), ["fixture_note.first", "fixture_slow.it"], "{run}");
    stack.is_clean()
}

pub(crate) fn twice(terraform: &Terraform) -> Result<()> {
    let stack = Stack::fixture(terraform, &note("endless", "hang"))?;
    let mut plan = stack.workspace.start(["plan", "-no-color"])?;
    awaited(Duration::from_secs(60), "no provider is started", || Ok(!stack.providers()?.is_empty()))?;
    // Long enough for Terraform to get to the plan, which says nothing when it begins.
    sleep(Duration::from_secs(10));
    plan.interrupt()?;
    plan.wait_for("Gracefully shutting down")?;
    sleep(Duration::from_secs(3));
    assert!(!stack.providers()?.is_empty(), "the provider hangs, and Terraform waits for it");
    plan.interrupt()?;
    let run = plan.wait()?.fails().says("Two interrupts received");
    assert!(!run.timed_out && !run.left_processes, "{run}");
    stack.is_clean()
}

pub(crate) fn alone(terraform: &Terraform) -> Result<()> {
    let stack = Stack::fixture(terraform, &slow_after_note())?;
    let apply = stack.workspace.start(["apply", "-auto-approve", "-no-color"])?;
    stack.wait_for_object("slow-first.json")?;
    kill_process(stack.guard_process()?, Signal::TERM)?;
    stopped_in_order(&stack, apply.wait()?)
}
