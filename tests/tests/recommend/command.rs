//! `parapet cost recommend`, which starts the provider as Terraform would.

use std::process::{Command, Output};

use anyhow::{Context as _, Result, ensure};
use parapet_sandbox::{Backend, Options, Sandbox};
use parapet_tests::provider::{Provider, built};
use serde_json::{Value, json};

use crate::stack::{ACCOUNT, HERE, account, has, mentions};

fn run(sandbox: &Sandbox, arguments: &[&str]) -> Result<Output> {
    Command::new(built("parapet")?)
        .args(["cost", "recommend", "--region", HERE, "--provider"])
        .arg(Provider::parapet()?.binary)
        .args(arguments)
        .env("AWS_ENDPOINT_URL", &sandbox.endpoint)
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .output()
        .context("cannot run parapet")
}

pub(crate) fn recommend() -> Result<()> {
    let sandbox = Sandbox::start(Options { moto: Backend::None, ..Options::default() })?;
    sandbox.control().seed(ACCOUNT, HERE, serde_json::from_value(account()?)?);
    let output = run(&sandbox, &["--format", "json"])?;
    ensure!(output.status.code() == Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Value = serde_json::from_slice(&output.stdout)?;
    ensure!(has(&found, "Rightsize", "i-easy") && has(&found, "Delete", "vol-free"), "{found:#}");

    // One service is refused: the rest is reported, and the exit code says that something is missing.
    let fault = json!({
        "service": "ec2", "operation": "DescribeVolumes",
        "effect": { "error": { "status": 403, "code": "UnauthorizedOperation", "message": "You are not authorized." } },
    });
    sandbox.control().inject(serde_json::from_value(fault)?);
    let output = run(&sandbox, &["--format", "json"])?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(output.status.code() == Some(2) && said.contains("ec2:DescribeVolumes"), "{:?}: {said}", output.status);
    let found: Value = serde_json::from_slice(&output.stdout)?;
    ensure!(has(&found, "Rightsize", "i-easy") && !mentions(&found, "vol-free"), "{found:#}");
    Ok(())
}
