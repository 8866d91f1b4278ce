//! `parapet gate benchmark`: did anything get slower?

use std::path::PathBuf;

use anyhow::ensure;
use parapet_analysis::Interval;
use parapet_analysis::benchmark::{Change, Comparison, FEWEST_SAMPLES, compare};
use serde_json::json;

use super::outcome::{self, Case, Format, Outcome};
use super::short;
use crate::output;

mod formats;

/// Compare two runs of benchmarks; only a slowdown that is no noise fails.
///
/// What a file is, is recognised by its content: criterion (`sample.json`, a directory of target/criterion, or the lines of
/// cargo-criterion), pytest-benchmark, `go test -bench` (text, or with -json), hyperfine and JMH. A benchmark is slower when the bootstrap
/// interval of the ratio of the medians lies above the threshold as a whole, at 5% over all benchmarks together.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Results before
    #[arg(long, value_name = "FILE")]
    baseline: PathBuf,

    /// Results now
    #[arg(long, value_name = "FILE")]
    current: PathBuf,

    /// Slowdown that is still accepted
    #[arg(long, value_name = "PERCENT", default_value = "5%", value_parser = percent)]
    threshold: f64,

    /// Seed of the bootstrap
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,

    /// How to write the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  hyperfine --export-json new.json ./tool && parapet gate benchmark --baseline old.json --current new.json
  go test -bench . -count 10 > new.txt && parapet gate benchmark --baseline old.txt --current new.txt --threshold 3%

Exit codes:
  0  nothing is slower for sure
  1  something is slower, or is no longer measured
  2  a file cannot be read
  3  a benchmark has too few samples to compare, and nothing is slower";

/// Probability of failing a build in which nothing is slower.
const ALPHA: f64 = 0.05;

fn percent(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix('%').unwrap_or(text).parse::<f64>().ok();
    let valid = number.filter(|it| (0.0..1000.0).contains(it));
    valid.map(|it| it / 100.0).ok_or_else(|| format!("`{text}` is no percentage: write 5%"))
}

pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    let baseline = formats::read(&args.baseline)?;
    let current = formats::read(&args.current)?;
    let shared = baseline.iter().filter(|(name, _)| current.contains_key(*name)).count();
    ensure!(
        shared > 0,
        "{} and {} have no benchmark in common: {} and {}",
        args.baseline.display(),
        args.current.display(),
        some(baseline.keys()),
        some(current.keys())
    );
    let fresh: Vec<&String> = current.keys().filter(|name| !baseline.contains_key(*name)).collect();
    if !fresh.is_empty() {
        output::note(&format!("new, with nothing to compare: {}", some(fresh.into_iter())));
    }
    let cases: Vec<Case> = baseline
        .iter()
        .map(|(name, before)| match current.get(name) {
            Some(now) => {
                case(name, &compare(before, now, args.threshold, ALPHA / shared as f64, args.seed), args.threshold)
            }
            None => Case {
                name: name.clone(),
                outcome: Outcome::Fail,
                text: "is no longer measured; remove it from the baseline if that is meant".to_owned(),
                data: json!(null),
            },
        })
        .collect();
    outcome::write("benchmark", &cases, args.format)
}

fn case(name: &str, found: &Comparison, threshold: f64) -> Case {
    let limit = short(threshold * 100.0);
    let change = |ratio: f64| format!("{:+.1}%", (ratio - 1.0) * 100.0);
    let by = match found.interval {
        Some(Interval { lower, upper }) => {
            format!("time {} ({} to {})", change(found.ratio), change(lower), change(upper))
        }
        None => format!("time {}", change(found.ratio)),
    };
    let (outcome, text) = match found.change {
        Change::Slower => (Outcome::Fail, format!("{by}: slower by more than {limit}%")),
        Change::Faster => (Outcome::Pass, format!("{by}: faster")),
        Change::Same => (Outcome::Pass, format!("{by}: within {limit}%")),
        Change::Unclear => {
            (Outcome::Unclear, format!("{by}: no slowdown of more than {limit}% is proven; more samples would tell"))
        }
        Change::TooFew => {
            (Outcome::TooLittle, format!("{by}: each run needs {FEWEST_SAMPLES} samples above zero to compare"))
        }
    };
    let data = serde_json::to_value(found).unwrap_or_default();
    Case { name: name.to_owned(), outcome, text, data }
}

/// The first few names.
fn some<'a>(names: impl Iterator<Item = &'a String>) -> String {
    const SHOWN: usize = 5;
    let all: Vec<&str> = names.map(String::as_str).collect();
    let more = if all.len() > SHOWN { ", ..." } else { "" };
    format!("{}{more}", all.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_may_leave_out_the_sign() {
        assert_eq!((percent("5%"), percent("2.5")), (Ok(0.05), Ok(0.025)));
        assert!(percent("-1%").is_err() && percent("five").is_err() && percent("NaN").is_err());
    }
}
