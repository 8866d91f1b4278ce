//! `parapet cost recommend` on a large account, which a sandbox serves in pages: how long it takes, and what the provider needs.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use parapet_sandbox::services::estate::{Estate, Generate};
use parapet_sandbox::{Backend, Control, Options, Sandbox};
use serde_json::Value;

use super::guard::peak_of;
use super::median;
use crate::{build, checkout};

/// Time of the whole command.
const TARGET_SECONDS: f64 = 60.0;
/// Memory of the provider's process.
const TARGET_MIB: f64 = 200.0;
/// Between two looks at the memory of the provider.
const LOOK: Duration = Duration::from_millis(20);
/// The account and region that are seeded.
const PLACE: (&str, &str) = ("123456789012", "us-east-1");

/// How to measure.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Cargo profile of the command and the provider; the sandbox runs in xtask
    #[arg(long, default_value = "release")]
    profile: String,

    /// EC2 instances of the account
    #[arg(long, default_value_t = 5_000)]
    instances: u32,

    /// EBS volumes of the account
    #[arg(long, default_value_t = 20_000)]
    volumes: u32,

    /// Times the account is read
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,
}

/// One run.
struct Measured {
    seconds: f64,
    peak_bytes: u64,
    recommendations: usize,
}

/// Builds, seeds, reads; answers the report as Markdown.
///
/// # Errors
/// A build fails, or the account cannot be read.
pub fn run(args: &Args) -> Result<String> {
    let parapet = build::binary("parapet-cli", "parapet", &args.profile)?;
    let provider = build::binary("terraform-provider-parapet", "terraform-provider-parapet", &args.profile)?;
    let sandbox = Sandbox::start(Options { moto: Backend::None, ..Options::default() })?;
    let generate = Generate { instances: args.instances, volumes: args.volumes, snapshots: 0 };
    sandbox.control().seed(PLACE.0, PLACE.1, Estate { generate, ..Estate::default() });
    let runs = (0..args.runs).map(|_| once(&parapet, &provider, &sandbox.endpoint)).collect::<Result<Vec<_>>>()?;
    Ok(report(args, &runs, calls(sandbox.control(), args.runs)))
}

/// Reads the account once.
fn once(parapet: &Path, provider: &Path, endpoint: &str) -> Result<Measured> {
    let directory = checkout::root().join("target/bench");
    fs::create_dir_all(&directory).with_context(|| format!("cannot create {}", directory.display()))?;
    let output = directory.join("recommendations.json");
    let file = fs::File::create(&output).with_context(|| format!("cannot write {}", output.display()))?;
    let started = Instant::now();
    let mut child = Command::new(parapet)
        .args(["cost", "recommend", "--region", PLACE.1, "--format", "json", "--provider"])
        .arg(provider)
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .stdin(Stdio::null())
        .stdout(file)
        .spawn()
        .with_context(|| format!("cannot run {}", parapet.display()))?;
    let mut peak_bytes = 0;
    let status = loop {
        peak_bytes = peak_bytes.max(children(child.id()).into_iter().map(peak_of).max().unwrap_or_default());
        if let Some(status) = child.try_wait()? {
            break status;
        }
        thread::sleep(LOOK);
    };
    let seconds = started.elapsed().as_secs_f64();
    ensure!(status.success(), "parapet cost recommend ends with {status}; see above");
    let found: Value = serde_json::from_str(&checkout::read(&output)?).context("the recommendations are no JSON")?;
    let recommendations = found.get("recommendations").and_then(Value::as_array).map_or(0, Vec::len);
    ensure!(recommendations > 0 && peak_bytes > 0, "nothing was recommended, or nothing measured");
    Ok(Measured { seconds, peak_bytes, recommendations })
}

/// The processes that a process has started, where the operating system tells.
fn children(process: u32) -> Vec<u32> {
    let listed = fs::read_to_string(format!("/proc/{process}/task/{process}/children")).unwrap_or_default();
    listed.split_whitespace().filter_map(|id| id.parse().ok()).collect()
}

/// Calls of a run.
fn calls(control: &Control, runs: u16) -> u64 {
    control.calls().values().map(|count| count.succeeded).sum::<u64>() / u64::from(runs)
}

#[expect(clippy::cast_precision_loss, reason = "bytes of memory are far below 2^53")]
fn report(args: &Args, runs: &[Measured], calls: u64) -> String {
    let seconds = median(runs.iter().map(|run| run.seconds).collect());
    let peak = runs.iter().map(|run| run.peak_bytes).max().unwrap_or_default() as f64 / f64::from(1 << 20);
    let verdict = |measured: f64, target: f64| if measured <= target { "met" } else { "**missed**" };
    format!(
        "`parapet cost recommend` on {} instances and {} volumes, {} runs, profile `{}`: {calls} calls, {} recommendations.\n\n\
         | target | to reach | measured | |\n|---|--:|--:|---|\n\
         | time of the command, median | {TARGET_SECONDS} s | {seconds:.1} s | {} |\n\
         | memory of the provider, at most | {TARGET_MIB} MiB | {peak:.0} MiB | {} |\n",
        args.instances,
        args.volumes,
        args.runs,
        args.profile,
        runs.last().map_or(0, |run| run.recommendations),
        verdict(seconds, TARGET_SECONDS),
        verdict(peak, TARGET_MIB),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_and_memory_are_held_against_their_targets() {
        let args = Args { profile: "release".to_owned(), instances: 5_000, volumes: 20_000, runs: 2 };
        let one = |seconds: f64, mib: u64| Measured { seconds, peak_bytes: mib << 20, recommendations: 7 };
        let text = report(&args, &[one(9.0, 120), one(11.0, 201)], 300);
        assert!(
            text.contains("| 60 s | 10.0 s | met |") && text.contains("| 200 MiB | 201 MiB | **missed** |"),
            "{text}"
        );
    }
}
