//! What is planned, behind the guard with all packs.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;
use parapet_tests::provider::{self, Provider};
use parapet_tests::tools::Terraform;
use parapet_tests::{checkout, process};

#[path = "../guard_policy/guarded.rs"]
mod guarded;

use crate::stack::Stack;

/// A module is valid without a word of warning, and its own tests pass.
pub(crate) fn module(terraform: &Terraform, aws: &Provider, module: &Path) -> Result<()> {
    let stack = Stack::new(terraform, aws)?;
    stack.init(module)?;
    stack.run(module, &["validate", "-no-color"])?.succeeds().says("The configuration is valid.");
    stack.run(module, &["test", "-no-color"])?.succeeds().says("Success!").says("0 failed");
    Ok(())
}

/// A stack is valid, is planned, and the guard has nothing to deny.
pub(crate) fn plan(terraform: &Terraform, aws: &Provider, example: &Path) -> Result<()> {
    let (_program, behind) = guarded::guarded(terraform, "--no-settings --fail-on high")?;
    let stack = Stack::new(&behind, aws)?;
    stack.init(example)?;
    stack.run(example, &["validate", "-no-color"])?.succeeds().says("The configuration is valid.");
    let planned = stack.run(example, &["plan", "-input=false", "-no-color"])?.succeeds();
    planned.says("0 to change, 0 to destroy.").says("nothing to deny");
    if example.ends_with("reference-platform") {
        stack.run(example, &["test", "-no-color"])?.succeeds().says("0 failed");
    }
    Ok(())
}

/// What the guardrails forbid stops the plan, at the line that says it.
pub(crate) fn guardrails(terraform: &Terraform, aws: &Provider) -> Result<()> {
    let stack = Stack::new(terraform, aws)?;
    let example = Path::new("modules/guardrails/examples/platform");
    stack.init(example)?;
    let elsewhere = ["plan", "-input=false", "-no-color", "-var=regions=[\"eu-west-1\", \"us-east-1\"]"];
    let run = stack.run(example, &elsewhere)?.fails();
    run.says("us-east-1 is not one of the allowed regions: eu-*")
        .says("guardrails-residency")
        .says("platform.regions[1]");
    Ok(())
}

/// The workflows that people copy are what the rules about workflows ask for.
pub(crate) fn pipelines() -> Result<()> {
    let mut command = Command::new(provider::built("parapet")?);
    command.args(["check", "--no-settings", "--packs", "github_actions", "--fail-on", "info"]);
    command.arg(checkout::root().join("examples/pipelines/github/.github/workflows"));
    process::run(command, Duration::from_secs(60))?.succeeds().says("0 violations, 0 undetermined");
    Ok(())
}
