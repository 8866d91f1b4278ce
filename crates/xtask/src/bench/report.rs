//! The result of a benchmark as Markdown, and its place in `docs/performance.md`.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::failover::Failovers;

/// The text between these is replaced.
const BEGIN: &str = "<!-- Written by `cargo xtask bench --write`. -->";
const END: &str = "<!-- End of what is written. -->";

/// What is to be reached with 5,000 resources, and by the start of the provider.
const TARGET_RESOURCES: usize = 5_000;
const TARGET_SECONDS: f64 = 0.4;
const TARGET_MIB: f64 = 120.0;
const TARGET_START_SECONDS: f64 = 0.03;
/// Longest time that a failover of two regions may add to what AWS takes.
const TARGET_OWN_RTO_SECONDS: f64 = 5.0;

/// Figures of one plan.
#[derive(Debug)]
pub(super) struct Measured {
    pub(super) resources: usize,
    pub(super) plan_bytes: u64,
    pub(super) wall_seconds: f64,
    pub(super) cpu_seconds: f64,
    pub(super) peak_bytes: u64,
    pub(super) evaluations: u64,
    pub(super) failed: u64,
    pub(super) undetermined: u64,
}

/// All figures.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) profile: String,
    pub(super) checks: Vec<Measured>,
    /// Median, in seconds.
    pub(super) start: f64,
    pub(super) starts: u16,
    pub(super) failovers: Failovers,
}

impl Report {
    /// With date and machine.
    pub(super) fn markdown(&self) -> Result<String> {
        let output = Command::new("date").args(["-u", "+%Y-%m-%d"]).output().context("cannot ask for the date")?;
        let date = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(self.tables(&format!("{date}, {}, {threads} threads", processor())))
    }

    fn tables(&self, made: &str) -> String {
        let mut out = format!("Measured {made}; profile `{}`.\n\n", self.profile);
        out += "| resources | plan | time | processor time | peak memory | evaluations | violations | undetermined |\n";
        out += "|--:|--:|--:|--:|--:|--:|--:|--:|\n";
        for it in &self.checks {
            // Writing into a string cannot fail.
            let _infallible = writeln!(
                out,
                "| {} | {:.1} MiB | {:.3} s | {:.3} s | {:.0} MiB | {} | {} | {} |",
                grouped(it.resources as u64),
                mib(it.plan_bytes),
                it.wall_seconds,
                it.cpu_seconds,
                mib(it.peak_bytes),
                grouped(it.evaluations),
                grouped(it.failed),
                grouped(it.undetermined),
            );
        }
        let Failovers { groups, plan, plan_without_refresh, own_rto, runs, terraform } = &self.failovers;
        let _infallible = write!(
            out,
            "\n| failovers (Terraform {terraform}, sandbox, median of {runs}) | time |\n|---|--:|\n\
             | `terraform plan` of {groups} `parapet_failover`, all refreshed | {plan:.2} s |\n\
             | the same with `-refresh=false` | {plan_without_refresh:.2} s |\n\
             | one failover of two regions where AWS takes no time | {own_rto:.2} s |\n",
        );
        out += "\n| target | to reach | measured | |\n|---|--:|--:|---|\n";
        for (what, target, measured, unit, digits) in self.targets() {
            let met = if measured <= target { "met" } else { "**missed**" };
            let _infallible = writeln!(out, "| {what} | {target} {unit} | {measured:.digits$} {unit} | {met} |");
        }
        out
    }

    fn targets(&self) -> Vec<(String, f64, f64, &'static str, usize)> {
        let mut targets = Vec::new();
        if let Some(it) = self.checks.iter().find(|it| it.resources == TARGET_RESOURCES) {
            let resources = grouped(TARGET_RESOURCES as u64);
            targets.push((format!("time for {resources} resources"), TARGET_SECONDS, it.wall_seconds, "s", 3));
            targets.push((format!("memory for {resources} resources"), TARGET_MIB, mib(it.peak_bytes), "MiB", 0));
        }
        let start = format!("start of the provider, median of {}", self.starts);
        targets.push((start, TARGET_START_SECONDS * 1e3, self.start * 1e3, "ms", 1));
        let own = "the tool's own part of a recovery time, two regions".to_owned();
        targets.push((own, TARGET_OWN_RTO_SECONDS, self.failovers.own_rto, "s", 2));
        targets
    }
}

/// The page with the text in its place.
pub(super) fn placed(page: &str, text: &str) -> Result<String> {
    let (before, rest) = page.split_once(BEGIN).with_context(|| format!("docs/performance.md has no line {BEGIN}"))?;
    let (_, after) = rest.split_once(END).with_context(|| format!("docs/performance.md has no line {END}"))?;
    Ok(format!("{before}{BEGIN}\n\n{}\n\n{END}{after}", text.trim()))
}

/// Model of the processor.
fn processor() -> String {
    let linux = fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        line.split_once(':').map(|(_, model)| model.trim().to_owned())
    });
    let mac = || {
        let output = Command::new("sysctl").args(["-n", "machdep.cpu.brand_string"]).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    linux.or_else(mac).unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}

#[expect(clippy::cast_precision_loss, reason = "sizes in memory are far below 2^53")]
pub(super) fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// `50,000`
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && index % 3 == first {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        let cases =
            [(0, "0"), (50, "50"), (500, "500"), (5_000, "5,000"), (50_000, "50,000"), (1_234_567, "1,234,567")];
        for (number, expected) in cases {
            assert_eq!(grouped(number), expected);
        }
    }

    #[test]
    fn figures_are_held_against_the_targets() {
        let check = Measured {
            resources: 5_000,
            plan_bytes: 20 << 20,
            wall_seconds: 0.25,
            cpu_seconds: 0.4,
            peak_bytes: 130 << 20,
            evaluations: 9_000,
            failed: 2_100,
            undetermined: 80,
        };
        let failovers = Failovers {
            groups: 100,
            plan: 2.345,
            plan_without_refresh: 1.5,
            own_rto: 5.01,
            runs: 3,
            terraform: "1.11.4".to_owned(),
        };
        let report =
            Report { profile: "release".to_owned(), checks: vec![check], start: 0.0123, starts: 20, failovers };
        insta::assert_snapshot!(report.tables("2026-01-01, a processor, 2 threads"));
    }

    #[test]
    fn only_the_text_between_the_marks_changes() {
        let page = format!("a\n{BEGIN}\nold\n{END}\nb\n");
        assert_eq!(placed(&page, "new\n").unwrap(), format!("a\n{BEGIN}\n\nnew\n\n{END}\nb\n"));
        assert!(placed("nothing", "new").is_err());
    }
}
