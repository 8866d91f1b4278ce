//! What happens when something breaks.

use std::fs;
use std::time::Duration;

use anyhow::Result;
use parapet_tests::tools::Terraform;
use rustix::process::{Signal, kill_process};
use serde_json::json;

use crate::providers::break_package;
use crate::stack::{Stack, note, slow_after_note};

pub(crate) fn crash(terraform: &Terraform) -> Result<()> {
    let stack = Stack::fixture(terraform, &note("broken", "crash"))?;
    let run = stack.workspace.plan(&[])?.fails().says("Plugin did not respond").says("PlanResourceChange");
    assert!(run.elapsed < Duration::from_secs(60), "{run}");
    // Without the guard Terraform says either this or that the request was cancelled, whichever it notices first.
    stack.guard(false)?;
    stack.workspace.plan(&[])?.fails().says("PlanResourceChange");
    stack.is_clean()
}

pub(crate) fn mismatch(terraform: &Terraform) -> Result<()> {
    let stack = Stack::fixture(terraform, &note("plain", "text"))?;
    break_package(&stack)?;
    let run = stack.workspace.plan(&[])?.fails();
    assert_eq!(run.stdout, "", "Terraform is not started");
    run.says("parapet-tests/fixture 0.1.0 does not match the dependency lock file")
        .says("expected: h1:")
        .says("run `terraform init`");
    // Without the guard Terraform refuses as well.
    stack.guard(false)?;
    stack.workspace.plan(&[])?.fails().says("checksums");
    stack.is_clean()
}

pub(crate) fn not_initialised(terraform: &Terraform) -> Result<()> {
    let stack = Stack::fixture(terraform, &note("plain", "text"))?;
    let data = stack.workspace.path().join(".terraform");
    let kept = stack.workspace.path().join("kept");
    fs::rename(&data, &kept)?;
    let run = stack.workspace.plan(&[])?.fails().says("is not initialised").says("run `terraform init` first");
    assert_eq!(run.stdout, "", "Terraform is not started");
    // Without a lock file Terraform starts no provider, and says so itself.
    fs::rename(&kept, &data)?;
    fs::remove_file(stack.workspace.path().join(".terraform.lock.hcl"))?;
    stack.workspace.plan(&[])?.fails().says("terraform init");
    // `init` itself is not guarded.
    stack.workspace.init()?.succeeds();
    stack.workspace.plan(&[])?.succeeds();
    stack.is_clean()
}

pub(crate) fn killed(terraform: &Terraform) -> Result<()> {
    let stack = Stack::fixture(terraform, &slow_after_note())?;
    let apply = stack.workspace.start(["apply", "-auto-approve", "-no-color"])?;
    stack.wait_for_object("slow-first.json")?;
    assert!(!stack.providers()?.is_empty(), "no provider is running");
    kill_process(stack.guard_process()?, Signal::KILL)?;
    // The watcher ends the providers, and Terraform, which finds itself without, ends by itself.
    stack.is_clean()?;
    let run = apply.wait()?;
    assert!(!run.status.success() && !run.timed_out, "{run}");
    run.says("Plugin did not respond");
    let state = stack.workspace.show_state()?;
    let resources = state.pointer("/values/root_module/resources");
    let addresses: Vec<_> =
        resources.and_then(|it| it.as_array()).into_iter().flatten().filter_map(|it| it.get("address")).collect();
    assert_eq!(addresses, [&json!("fixture_note.first")], "{state}");
    // Neither the state nor the lock on it is in the way of the next one.
    fs::remove_file(stack.workspace.path().join("objects/slow-first.json"))?;
    stack.workspace.plan(&[])?.succeeds().says("1 to add, 0 to change, 0 to destroy");
    stack.is_clean()
}
