//! Prepares what the end-to-end tests need, ahead of them.

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail, ensure};
use parapet_tests::checkout;
use parapet_tests::tools::{self, AWS_VERSION, Skip, Terraform};
use parapet_tests::workspace::{SAVED_PLAN, Workspace};

const USAGE: &str = "\
Prepares what the end-to-end tests need, under target/e2e of the checkout.

Usage: e2e COMMAND

  setup [--strict]  obtain both Terraforms and hashicorp/aws; say what is missing (with --strict: fail)
  terraform         obtain Terraform 1.15.5 alone, out of its Python package, and print the path to run it
  record            plan tests/fixtures/aws-stack again and replace its recorded plan";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args.as_slice() {
        ["setup"] => setup(false),
        ["setup", "--strict"] => setup(true),
        ["terraform"] => terraform(),
        ["record"] => record(),
        _ => Err(anyhow::anyhow!("{USAGE}")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("{error:#}"));
            ExitCode::from(2)
        }
    }
}

fn setup(strict: bool) -> Result<()> {
    tools::forget_failures()?;
    let mut missing = 0_usize;
    let mut report = |what: &str, found: Result<String, Skip>| match found {
        Ok(at) => say(&format!("{what:<22} {at}")),
        Err(skip) => {
            missing += 1;
            say(&format!("{what:<22} MISSING, its tests will be skipped ({skip})"));
        }
    };
    for (version, terraform) in Terraform::all() {
        report(&format!("terraform {version}"), terraform.map(|it| it.program.display().to_string()));
    }
    report(&format!("hashicorp/aws {AWS_VERSION}"), tools::aws_mirror().map(|it| it.display().to_string()));
    ensure!(!strict || missing == 0, "{missing} of the tools above cannot be had");
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the path is this command's result")]
fn terraform() -> Result<()> {
    tools::forget_failures()?;
    match Terraform::packaged() {
        Ok(terraform) => println!("{}", terraform.program.display()),
        Err(skip) => bail!("{skip}"),
    }
    Ok(())
}

fn record() -> Result<()> {
    tools::forget_failures()?;
    let terraform = Terraform::installed().map_err(|skip| anyhow::anyhow!("{skip}"))?;
    let mirror = tools::aws_mirror().map_err(|skip| anyhow::anyhow!("{skip}"))?;
    let workspace = Workspace::new(&terraform)?.with_mirror(&mirror)?;
    workspace.copy(&checkout::fixture("aws-stack"))?;
    for run in [workspace.init()?, workspace.plan(&[])?] {
        ensure!(run.status.success(), "{run}");
    }
    let shown = workspace.run(["show", "-json", SAVED_PLAN])?;
    ensure!(shown.status.success(), "{shown}");
    let to = checkout::fixture("plans/aws-3.39.0-stack.json");
    std::fs::write(&to, &shown.stdout).with_context(|| format!("cannot write {}", to.display()))?;
    say(&format!(
        "recorded {} bytes, made by Terraform {}, in {}",
        shown.stdout.len(),
        terraform.version,
        to.display()
    ));
    Ok(())
}

#[expect(clippy::print_stderr, reason = "for the person who runs it; standard output is for results")]
fn say(line: &str) {
    eprintln!("{line}");
}
