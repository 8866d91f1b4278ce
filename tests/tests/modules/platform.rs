//! The reference platform on a sandbox: built in two regions, failed over within its objective, destroyed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use parapet_sandbox::{Backend, Options, Sandbox};
use parapet_tests::provider::Provider;
use parapet_tests::tools::Terraform;

use crate::stack::Stack;

/// While it is built, when time does not matter.
const FAST: f64 = 600.0;

/// While it fails over: slow enough that what Terraform itself needs for some 250 resources is not most of the time measured.
const SLOW: f64 = 6.0;

/// The provider waits by the clock on the wall: the 30 seconds between two steps of the dials, by the clock of the sandbox.
const STEPS: &str = "module \"failover\" {\n  step_interval_seconds = 5\n}\n";

/// The objective of recovery in milliseconds, by the clock of the sandbox.
const OBJECTIVE: i64 = 15 * 60 * 1000;

/// A platform that may be destroyed again.
const TEMPORARY: &str = "-var=deletion_protection=false";

pub(crate) fn fails_over(terraform: &Terraform, (aws, moto): &(Provider, PathBuf)) -> Result<()> {
    let sandbox = Sandbox::start(Options { speed: FAST, moto: Backend::Program(moto.clone()), ..Options::default() })?;
    let stack = Stack::on(terraform, aws, sandbox)?.with_objects_in_the_sandbox();
    let control = stack.sandbox().control();
    let here = Path::new("examples/reference-platform");
    let run = |command: &str, more: &[&str]| {
        stack.run(here, &[&[command, "-input=false", "-no-color", TEMPORARY], more].concat())
    };
    fs::write(stack.path().join(here).join("steps_override.tf"), STEPS)?;
    stack.init(here)?;
    run("apply", &["-auto-approve"])?.succeeds();
    // The first backup of the replica keeps it busy.
    control.settle();
    run("plan", &["-detailed-exitcode"])?.succeeds().says("No changes");

    let there = ["-var=active_region=eu-central-1", "-var=confirm_region=eu-central-1"];
    control.set_speed(SLOW)?;
    let began = control.now();
    let over = run("apply", &[&["-auto-approve"], &there[..]].concat())?.succeeds();
    let took = control.now().0 - began.0;
    control.set_speed(FAST)?;
    over.says("This plan fails over from eu-west-1 to eu-central-1").says("active_region = \"eu-central-1\"");
    ensure!(took < OBJECTIVE, "{} seconds of the sandbox's clock", took / 1000);
    let overlaps = control.overlaps();
    ensure!(overlaps.is_empty(), "two open writers: {overlaps:?}");
    let promoted = control.called("rds", "PromoteReadReplica");
    ensure!(promoted.succeeded == 1, "{promoted:?}");

    let evidence = stack.path().join(here).join("evidence/shop-production-epoch-2.jsonl");
    let bytes = fs::read(&evidence).with_context(|| format!("no {}", evidence.display()))?;
    parapet_evidence::verify(&bytes)?;

    control.settle();
    run("plan", &[&["-detailed-exitcode"], &there[..]].concat())?.succeeds().says("No changes");
    run("destroy", &[&["-auto-approve"], &there[..]].concat())?.succeeds();
    Ok(())
}
