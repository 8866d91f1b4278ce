//! Benchmarks: `parapet check` on plans of growing size, the start of the provider, and failovers.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use crate::{build, checkout};

pub mod analysis;
mod failover;
pub mod guard;
pub mod inputs;
pub mod measure;
pub mod plan;
pub mod recommend;
mod report;
pub mod spot;
mod start;

use measure::Used;
use report::{Measured, Report};

/// How to measure.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    other: Option<Other>,

    /// Cargo profile of the binaries
    #[arg(long, default_value = "release")]
    profile: String,

    /// Numbers of resources of the plans
    #[arg(long, value_delimiter = ',', default_values_t = [50, 500, 5_000, 50_000])]
    sizes: Vec<usize>,

    /// Times each plan is checked
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,

    /// Times the provider is started
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..))]
    starts: u16,

    /// Number of failover groups in the plan that is timed
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..))]
    failovers: u16,

    /// Times they are planned, and one of them fails over
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..))]
    failover_runs: u16,

    /// Put the result into docs/performance.md
    #[arg(long)]
    write: bool,
}

/// What else there is to measure.
#[derive(Debug, clap::Subcommand)]
enum Other {
    /// `terraform plan` with and without the guard
    Guard(guard::Args),
    /// `parapet check` with all packs on a plan, on HCL and on Kubernetes manifests
    Inputs(inputs::Args),
    /// How often a rollout gate is wrong, by simulation
    Analysis(analysis::Args),
    /// The choice of Spot instance types
    Spot,
    /// `parapet cost recommend` on a large account
    Recommend(recommend::Args),
}

/// Builds, generates, measures; answers the report as Markdown.
///
/// # Errors
/// A build fails, a measured command fails, or `--write` asks for what is not a release build.
pub fn run(args: &Args) -> Result<String> {
    match &args.other {
        Some(Other::Guard(args)) => return guard::run(args),
        Some(Other::Inputs(args)) => return inputs::run(args),
        Some(Other::Analysis(args)) => return analysis::run(args),
        Some(Other::Spot) => return spot::run(),
        Some(Other::Recommend(args)) => return recommend::run(args),
        None => {}
    }
    let release = args.profile == "release";
    if args.write && !release {
        bail!("docs/performance.md holds figures of the release build: leave out --profile, or --write");
    }
    let parapet = build::binary("parapet-cli", "parapet", &args.profile)?;
    let provider = build::binary("terraform-provider-parapet", "terraform-provider-parapet", &args.profile)?;
    let directory = checkout::root().join("target/bench");
    let template = plan::Template::recorded()?;

    let mut checks = Vec::new();
    for size in &args.sizes {
        let file = directory.join(format!("plan-{size}.json"));
        template.write(*size, &file)?;
        checks.push(check(&parapet, &["aws"], &file, *size, args.runs)?);
    }
    let starts = (0..args.starts).map(|_| start::once(&provider)).collect::<Result<Vec<f64>>>()?;
    let failovers = failover::measure(&provider, args.failovers, args.failover_runs)?;
    let report =
        Report { profile: args.profile.clone(), checks, start: median(starts), starts: args.starts, failovers };
    let text = report.markdown()?;
    if args.write {
        let page = checkout::root().join("docs/performance.md");
        checkout::write(&page, report::placed(&checkout::read(&page)?, &text)?)?;
    }
    Ok(text)
}

/// Checks one input with some packs, or with all.
fn check(parapet: &Path, packs: &[&str], plan: &Path, size: usize, runs: u16) -> Result<Measured> {
    let counts = counts(parapet, packs, plan)?;
    let mut command = vec![parapet.to_owned(), "check".into()];
    command.extend(packs.iter().flat_map(|pack| ["--packs".into(), pack.into()]));
    command.push(plan.to_owned());
    let mut used = Vec::new();
    for _ in 0..runs {
        let one = measured(&command)?;
        ensure!(one.exit_code == Some(1), "{} ends with {:?}, not with 1", plan.display(), one.exit_code);
        used.push(one);
    }
    let bytes = std::fs::metadata(plan).with_context(|| format!("cannot read {}", plan.display()))?.len();
    let of = |value: fn(&Used) -> f64| median(used.iter().map(value).collect());
    Ok(Measured {
        resources: size,
        plan_bytes: bytes,
        wall_seconds: of(|used| used.wall_seconds),
        cpu_seconds: of(|used| used.user_seconds + used.system_seconds),
        peak_bytes: used.iter().map(|used| used.peak_bytes).max().unwrap_or_default(),
        evaluations: counts.evaluations,
        failed: counts.failed,
        undetermined: counts.undetermined,
    })
}

/// Runs a command below a small process of its own, whose only child it is.
fn measured(command: &[PathBuf]) -> Result<Used> {
    let xtask = std::env::current_exe().context("cannot find xtask itself")?;
    let output = Command::new(xtask).arg("measure").arg("--").args(command).output().context("cannot run xtask")?;
    ensure!(output.status.success(), "measuring failed: {}", String::from_utf8_lossy(&output.stderr));
    Used::from_json(&serde_json::from_slice(&output.stdout).context("measuring answered no JSON")?)
}

struct Counts {
    evaluations: u64,
    failed: u64,
    undetermined: u64,
}

/// What is found in an input; asked once, apart from the timed runs.
fn counts(parapet: &Path, packs: &[&str], plan: &Path) -> Result<Counts> {
    let output = Command::new(parapet)
        .args(["check", "--format", "json"])
        .args(packs.iter().flat_map(|pack| ["--packs", *pack]))
        .arg(plan)
        .output()
        .with_context(|| format!("cannot run {}", parapet.display()))?;
    let report: Value = serde_json::from_slice(&output.stdout)
        .with_context(|| format!("{}: {}", plan.display(), String::from_utf8_lossy(&output.stderr)))?;
    let number = |pointer: &str| {
        report.pointer(pointer).and_then(Value::as_u64).with_context(|| format!("the report has no {pointer}"))
    };
    ensure!(number("/counts/errors")? == 0, "{}: rules could not be evaluated", plan.display());
    Ok(Counts {
        evaluations: number("/ledger/evaluations_done")?,
        failed: number("/counts/failed")?,
        undetermined: number("/counts/undetermined")?,
    })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let at = |index: usize| values.get(index).copied().unwrap_or_default();
    if values.len().is_multiple_of(2) { f64::midpoint(at(middle.saturating_sub(1)), at(middle)) } else { at(middle) }
}

#[cfg(test)]
mod tests {
    #[test]
    fn medians() {
        let close = |values: &[f64], expected: f64| (super::median(values.to_vec()) - expected).abs() < 1e-9;
        assert!(close(&[3.0, 1.0, 2.0], 2.0) && close(&[4.0, 1.0], 2.5) && close(&[7.0], 7.0) && close(&[], 0.0));
    }
}
