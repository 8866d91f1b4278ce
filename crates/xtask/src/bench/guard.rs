//! `terraform plan` of many AWS resources with and without the guard, in pairs.

use std::fmt::Write as _;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use super::median;
use crate::{build, checkout};

/// Most of the time of a plan that the guard may add: the ratio of the two.
const TARGET_RATIO: f64 = 1.05;
/// Time of policies for one resource.
const TARGET_MILLISECONDS: f64 = 0.2;
/// Memory of the guard's own process.
const TARGET_MIB: f64 = 60.0;
/// Between two looks at the memory of the guard.
const LOOK: Duration = Duration::from_millis(20);

/// How to measure the guard.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Cargo profile of the guard
    #[arg(long, default_value = "release")]
    profile: String,

    /// Number of AWS resources to plan
    #[arg(long, default_value_t = 500)]
    resources: usize,

    /// Pairs of runs, one without and one with the guard
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..))]
    pairs: u16,

    /// Terraform to run
    #[arg(long, default_value = "terraform")]
    terraform: PathBuf,

    /// Filesystem mirror that holds hashicorp/aws 3.39.0; the end-to-end tests make the default
    #[arg(long, default_value = "target/e2e/mirror")]
    mirror: PathBuf,
}

/// One guarded run.
struct Guarded {
    seconds: f64,
    peak_bytes: u64,
    judged: u64,
    policy_milliseconds: f64,
}

/// Builds, plans in pairs; answers the report as Markdown.
///
/// # Errors
/// A build or a plan fails, or the mirror is not there.
pub fn run(args: &Args) -> Result<String> {
    let parapet = build::binary("parapet-cli", "parapet", &args.profile)?;
    let mirror = checkout::root().join(&args.mirror);
    ensure!(
        mirror.is_dir(),
        "{} is not there: run the end-to-end tests once, or name another with --mirror",
        mirror.display()
    );
    let stack = Stack::write(args, &mirror)?;
    stack.init()?;
    // The first run of each fills the caches of the operating system.
    stack.bare()?;
    stack.guarded(&parapet)?;
    let (mut ratios, mut bare_seconds, mut guarded) = (Vec::new(), Vec::new(), Vec::new());
    for pair in 0..args.pairs {
        // What runs second finds a warmer machine: the order alternates.
        let (bare, with) = if pair.is_multiple_of(2) {
            let bare = stack.bare()?;
            (bare, stack.guarded(&parapet)?)
        } else {
            let with = stack.guarded(&parapet)?;
            (stack.bare()?, with)
        };
        ratios.push(with.seconds / bare);
        bare_seconds.push(bare);
        guarded.push(with);
    }
    Ok(report(args, ratios, bare_seconds, &guarded))
}

#[expect(clippy::cast_precision_loss, reason = "bytes and resources are far below 2^53")]
fn report(args: &Args, ratios: Vec<f64>, bare: Vec<f64>, guarded: &[Guarded]) -> String {
    let of = |value: fn(&Guarded) -> f64| median(guarded.iter().map(value).collect());
    let per_resource = of(|run| run.policy_milliseconds / (run.judged.max(1)) as f64);
    let peak = guarded.iter().map(|run| run.peak_bytes).max().unwrap_or_default() as f64 / f64::from(1 << 20);
    let mut out = format!(
        "`terraform plan` of {} AWS resources, {} pairs, profile `{}`: {:.2} s without the guard, {:.2} s with it; {} resources judged.\n\n",
        args.resources,
        args.pairs,
        args.profile,
        median(bare),
        of(|run| run.seconds),
        guarded.last().map_or(0, |run| run.judged),
    );
    out += "| target | to reach | measured | |\n|---|--:|--:|---|\n";
    for (what, target, measured, unit) in [
        ("time with the guard, to that without; median of the pairs", TARGET_RATIO, median(ratios), ""),
        ("policy time for one resource", TARGET_MILLISECONDS, per_resource, " ms"),
        ("memory of the guard", TARGET_MIB, peak, " MiB"),
    ] {
        let met = if measured <= target { "met" } else { "**missed**" };
        // Writing into a string cannot fail.
        let _infallible = writeln!(out, "| {what} | {target}{unit} | {measured:.3}{unit} | {met} |");
    }
    out
}

/// A directory with a stack of AWS resources that the rules find nothing in.
struct Stack {
    directory: PathBuf,
    terraform: PathBuf,
}

impl Stack {
    fn write(args: &Args, mirror: &Path) -> Result<Self> {
        let directory = checkout::root().join("target/bench/guard");
        fs::create_dir_all(&directory).with_context(|| format!("cannot create {}", directory.display()))?;
        // Of four types a fifth each, of the last one what is left; it refers to the first, which is no smaller.
        let each = args.resources.div_ceil(5);
        let last = args.resources.saturating_sub(4 * each);
        let text = include_str!("guard.tf").replace("EACH", &each.to_string()).replace("LAST", &last.to_string());
        checkout::write(&directory.join("main.tf"), text)?;
        let mirrored = format!(
            "provider_installation {{\n  filesystem_mirror {{\n    path = {:?}\n  }}\n}}\n",
            mirror.display().to_string()
        );
        checkout::write(&directory.join("terraform.tfrc"), mirrored)?;
        Ok(Self { directory, terraform: args.terraform.clone() })
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(&self.directory)
            .env("TF_CLI_CONFIG_FILE", self.directory.join("terraform.tfrc"))
            .env("TF_IN_AUTOMATION", "1")
            .env("CHECKPOINT_DISABLE", "1")
            .env("TF_VAR_password", "correct-horse-battery-staple")
            .env_remove("TF_REATTACH_PROVIDERS")
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        command
    }

    fn init(&self) -> Result<()> {
        let output = self.command(&self.terraform).args(["init", "-input=false"]).output();
        let output = output.with_context(|| format!("cannot run {}", self.terraform.display()))?;
        ensure!(output.status.success(), "terraform init fails: {}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }

    /// Seconds of a plan without the guard.
    fn bare(&self) -> Result<f64> {
        let started = Instant::now();
        let output = self.command(&self.terraform).args(["plan", "-input=false", "-no-color"]).output()?;
        let seconds = started.elapsed().as_secs_f64();
        ensure!(output.status.success(), "terraform plan fails: {}", String::from_utf8_lossy(&output.stderr));
        Ok(seconds)
    }

    fn guarded(&self, parapet: &Path) -> Result<Guarded> {
        let started = Instant::now();
        let mut command = self.command(parapet);
        command.args(["guard", "--no-settings", "--packs", "aws", "--"]).arg(&self.terraform);
        command.args(["plan", "-input=false", "-no-color"]).stderr(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("cannot run {}", parapet.display()))?;
        let mut stderr = child.stderr.take().context("the guard has no standard error")?;
        let reader = thread::spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).map(|_| text)
        });
        let mut peak_bytes = 0;
        let status = loop {
            peak_bytes = peak_bytes.max(peak_of(child.id()));
            if let Some(status) = child.try_wait()? {
                break status;
            }
            thread::sleep(LOOK);
        };
        let seconds = started.elapsed().as_secs_f64();
        let said = reader.join().ok().context("reading failed")??;
        ensure!(status.success(), "the guarded plan fails: {said}");
        let (judged, policy_milliseconds) = figures(&said).with_context(|| format!("no summary in: {said}"))?;
        Ok(Guarded { seconds, peak_bytes, judged, policy_milliseconds })
    }
}

/// Largest resident set of a running process so far, in bytes; 0 when it cannot be told.
pub(super) fn peak_of(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or_default() * 1024
}

/// Resources and milliseconds out of the summary of the guard.
fn figures(said: &str) -> Option<(u64, f64)> {
    let line = said.lines().find(|line| line.contains("parapet:") && line.contains(" judged"))?;
    let judged = line.split(" resource").next()?.rsplit(' ').next()?.parse().ok()?;
    let milliseconds = line.split(" ms of policy time").next()?.rsplit(' ').next()?.parse().ok()?;
    Some((judged, milliseconds))
}

#[cfg(test)]
mod tests {
    use super::figures;

    #[test]
    fn figures_are_read_from_the_summary() {
        let said = "note: parapet: nothing to deny; 0 warnings, 12 undetermined; 500 resources judged; 71 rules, 1500 evaluations, 31.5 ms of policy time\nnote: more";
        assert_eq!(figures(said), Some((500, 31.5)));
        assert_eq!(figures("nothing"), None);
    }
}
