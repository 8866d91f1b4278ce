//! `parapet test`: unit tests of rules.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Style};
use parapet_policy::unit::{self, FileCoverage, TestResult, TestStatus, UnitOptions, UnitReport};

use crate::check::Format;
use crate::{EXIT_CODES, duration, output};

mod json;
mod watch;

/// Run the unit tests of rules, written in Rego.
///
/// A test is a rule whose name begins with `test_`, in a file that ends in `_test.rego`; it passes when it is true.
/// `todo_test_` marks a test that is not ready: it is counted and not run. All policies below DIR are loaded, and of
/// the built-in ones those that DIR does not replace. Rego that is slow on a large plan is warned about.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES, after_long_help = EXAMPLES_AND_EXIT_CODES.as_str())]
pub(crate) struct Args {
    /// Directory of policies and their tests
    #[arg(value_name = "DIR")]
    directory: PathBuf,

    /// Run only tests whose full name (`parapet.aws.s3.tls_test.test_missing`) contains this text
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,

    /// Show for each policy file which lines the tests evaluate
    #[arg(long)]
    coverage: bool,

    /// Fail when less than this share of the lines is covered, in percent
    #[arg(long, visible_alias = "min-coverage", value_name = "PERCENT", value_parser = percent)]
    coverage_threshold: Option<f64>,

    /// Longest time of one test, as in 500ms, 5s or 1m
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = duration::parse)]
    timeout: Duration,

    /// How to write the results
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Run again after every change below DIR, until Ctrl-C
    #[arg(long)]
    watch: bool,
}

const EXAMPLES: &str = "\
Examples:
  parapet test policies/
  parapet test --filter s3 --coverage policies/
  parapet test --watch policies/
  parapet test --coverage-threshold 90 --format json policies/";

static EXAMPLES_AND_EXIT_CODES: std::sync::LazyLock<String> =
    std::sync::LazyLock::new(|| format!("{EXAMPLES}\n\n{EXIT_CODES}"));

fn percent(text: &str) -> Result<f64, String> {
    text.parse::<f64>()
        .ok()
        .filter(|number| (0.0..=100.0).contains(number))
        .ok_or_else(|| format!("`{text}` is not a percentage; write a number from 0 to 100"))
}

pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    if args.watch { watch::forever(&args.directory, || once(args)) } else { once(args) }
}

fn once(args: &Args) -> anyhow::Result<u8> {
    let start = Instant::now();
    let options = UnitOptions {
        filter: args.filter.clone(),
        coverage: args.coverage || args.coverage_threshold.is_some(),
        timeout: args.timeout,
    };
    let report = unit::run(&args.directory, &options)?;
    let directory = args.directory.display();
    if report.tests.is_empty() {
        match (&args.filter, report.filtered_out) {
            (Some(filter), others) if others > 0 => {
                anyhow::bail!("{directory}: none of the {others} tests has a name that contains `{filter}`")
            }
            _ => anyhow::bail!(
                "{directory}: there are no tests; a test is a rule `test_...` in a file that ends in _test.rego"
            ),
        }
    }
    for warning in &report.warnings {
        output::warning(&format!("{}:{}: {}", warning.file, warning.line, warning.message));
    }
    let missed = args.coverage_threshold.filter(|wanted| report.coverage_percent().is_none_or(|share| share < *wanted));
    match args.format {
        Format::Json => output::data(|out| json::write(&report, out))?,
        Format::Text => output::text(&text(&report, start.elapsed(), output::colour()))?,
    }
    if let Some(wanted) = missed {
        let share = report.coverage_percent().unwrap_or_default();
        output::error(&format!("{directory}: {share:.1}% of the lines are covered, {wanted}% are asked for"));
    }
    let counts = report.counts();
    Ok(if counts.errors > 0 { crate::EXIT_ERROR } else { u8::from(counts.failed > 0 || missed.is_some()) })
}

fn text(report: &UnitReport, took: Duration, colour: bool) -> String {
    let paint = |colour_of: AnsiColor, text: &str| {
        let style = if colour { colour_of.on_default().bold() } else { Style::new() };
        format!("{style}{text}{style:#}")
    };
    let mut out = String::new();
    for test in &report.tests {
        match &test.status {
            TestStatus::Passed => {}
            TestStatus::Todo => line(&mut out, &paint(AnsiColor::Cyan, "TODO"), test, ""),
            TestStatus::Failed { value, reached } => {
                let why = match reached.filter(|line| *line != test.line) {
                    Some(line) => format!("is {value}; the last line reached is {line}"),
                    None => format!("is {value}"),
                };
                line(&mut out, &paint(AnsiColor::Red, "FAIL"), test, &why);
            }
            TestStatus::Error { message } => line(&mut out, &paint(AnsiColor::Red, "ERROR"), test, message),
        }
        if !matches!(test.status, TestStatus::Passed) {
            for printed in &test.printed {
                let _ = writeln!(out, "      printed: {printed}");
            }
        }
    }
    if let Some(files) = &report.coverage {
        coverage(&mut out, files);
        if let Some(share) = report.coverage_percent() {
            let _ = writeln!(out, "{share:5.1}%  of all lines");
        }
    }
    let counts = report.counts();
    let bad = counts.failed + counts.errors > 0;
    let verdict = if bad { paint(AnsiColor::Red, "FAIL") } else { paint(AnsiColor::Green, "PASS") };
    let errors = if counts.errors == 1 { "error" } else { "errors" };
    let _ = write!(out, "{verdict}: {} passed, {} failed, {} {errors}", counts.passed, counts.failed, counts.errors);
    if counts.todo > 0 {
        let _ = write!(out, ", {} to do", counts.todo);
    }
    if report.filtered_out > 0 {
        let _ = write!(out, ", {} filtered out", report.filtered_out);
    }
    let _ = writeln!(out, " in {:.2} s", took.as_secs_f64());
    out
}

fn line(out: &mut String, label: &str, test: &TestResult, why: &str) {
    let _ = writeln!(out, "{label}  {}:{}  {}", test.file, test.line, test.name);
    if !why.is_empty() {
        let _ = writeln!(out, "      {why}");
    }
}

fn coverage(out: &mut String, files: &[FileCoverage]) {
    for file in files {
        let Some(share) = file.percent() else { continue };
        let _ = write!(out, "{share:5.1}%  {}", file.file);
        if !file.not_covered.is_empty() {
            let _ = write!(out, "  not covered: {}", ranges(&file.not_covered));
        }
        out.push('\n');
    }
}

/// `3, 5-7` for `[3, 5, 6, 7]`.
fn ranges(lines: &[u32]) -> String {
    let runs = lines.chunk_by(|a, b| a + 1 == *b).filter_map(|run| Some((*run.first()?, *run.last()?)));
    let texts: Vec<String> =
        runs.map(|(first, last)| if first == last { first.to_string() } else { format!("{first}-{last}") }).collect();
    texts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_shown_as_ranges() {
        assert_eq!(ranges(&[3, 5, 6, 7, 9, 10]), "3, 5-7, 9-10");
        assert_eq!(ranges(&[]), "");
    }

    #[test]
    fn thresholds_are_percentages() {
        assert_eq!(percent("90"), Ok(90.0));
        for bad in ["-1", "101", "x", "NaN", ""] {
            assert!(percent(bad).is_err(), "{bad}");
        }
    }
}
