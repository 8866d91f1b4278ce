//! The report for people: each metric as a sparkline of both arms, and why.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use parapet_analysis::{MetricReport, Report, Verdict};

use crate::gate::short;

/// Heights of a sparkline.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// A window without data.
const GAP: char = '·';
/// Longest sparkline; more windows are drawn as the means of neighbours.
const WIDEST: usize = 60;

/// One line for each look.
pub(super) fn progress(report: &Report) -> String {
    let mut out = report.verdict.to_string();
    for metric in &report.metrics {
        if let Some(ratio) = metric.test.as_ref().and_then(|test| test.ratio) {
            // Writing into a string cannot fail, here and below.
            let _infallible = write!(out, ", {} x{ratio:.2}", metric.name);
        }
    }
    if let Some(score) = report.anomaly_score {
        let _infallible = write!(out, ", anomaly {score:.2}");
    }
    out
}

pub(super) fn render(report: &Report, colour: bool) -> String {
    let style = |verdict: Verdict| {
        let of = match verdict {
            Verdict::Promote => AnsiColor::Green,
            Verdict::Rollback => AnsiColor::Red,
            Verdict::Inconclusive => AnsiColor::Yellow,
        };
        if colour { of.on_default().bold() } else { Style::new() }
    };
    let mut out = String::new();
    for metric in &report.metrics {
        let verdict = match metric.verdict {
            Some(verdict) => format!("{}{verdict}{:#}", style(verdict), style(verdict)),
            None => "observed".to_owned(),
        };
        let note = if metric.critical { "" } else { " (not critical: decides nothing)" };
        let _infallible = writeln!(out, "{}: {verdict}{note}", metric.name);
        lines(&mut out, metric);
        let _infallible = writeln!(out, "  {}", metric.reason);
        let skipped = metric.skipped;
        if skipped.total() > 0 {
            let causes = [
                (skipped.missing, "missing"),
                (skipped.not_a_number, "no number"),
                (skipped.stale, "stale"),
                (skipped.no_traffic, "no traffic"),
                (skipped.excess, "more failed than all"),
            ];
            let causes: Vec<String> = causes
                .iter()
                .filter(|(count, _)| *count > 0)
                .map(|(count, cause)| format!("{count} {cause}"))
                .collect();
            let _infallible = writeln!(out, "  skipped windows: {}", causes.join(", "));
        }
        out.push('\n');
    }
    if let Some(anomaly) = &report.anomaly {
        let verdict = anomaly.verdict;
        let _infallible = writeln!(out, "anomaly test: {}{verdict}{:#}", style(verdict), style(verdict));
        let _infallible = writeln!(out, "  {}\n", anomaly.reason);
    }
    let verdict = report.verdict;
    let name = verdict.as_str().to_uppercase();
    let _infallible = writeln!(
        out,
        "{}{name}{:#} after {} windows; a canary no worse than allowed is rolled back in {}% of rollouts at most",
        style(verdict),
        style(verdict),
        report.windows,
        short(report.false_positive_rate * 100.0),
    );
    for reason in &report.reasons {
        let _infallible = writeln!(out, "  {reason}");
    }
    out
}

/// Both arms on one scale.
fn lines(out: &mut String, metric: &MetricReport) {
    let arms = [("canary", thinned(metric, |it| it.0)), ("baseline", thinned(metric, |it| it.1))];
    let all = || arms.iter().flat_map(|(_, values)| values.iter().flatten().copied());
    let (low, high) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
    if low > high {
        return;
    }
    for (name, values) in &arms {
        let line: String = values.iter().map(|value| value.map_or(GAP, |value| bar(value, low, high))).collect();
        let _infallible = writeln!(out, "  {name:<8} {line}");
    }
    let effect = metric.ranks.map_or_else(String::new, |it| format!(", Cliff's delta {:.2}", it.cliffs_delta));
    let _infallible = writeln!(out, "           {} to {}{effect}", short(low), short(high));
}

fn bar(value: f64, low: f64, high: f64) -> char {
    let share = if high > low { (value - low) / (high - low) } else { 0.0 };
    let index = (share * (BARS.len() - 1) as f64).round() as usize;
    BARS.get(index).copied().unwrap_or(GAP)
}

type Point = (Option<f64>, Option<f64>);

fn thinned(metric: &MetricReport, arm: impl Fn(&Point) -> Option<f64>) -> Vec<Option<f64>> {
    let size = metric.points.len().div_ceil(WIDEST).max(1);
    metric
        .points
        .chunks(size)
        .map(|chunk| {
            let values: Vec<f64> = chunk.iter().filter_map(&arm).collect();
            (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_span_the_scale() {
        assert_eq!((bar(0.0, 0.0, 1.0), bar(1.0, 0.0, 1.0), bar(3.0, 3.0, 3.0)), ('▁', '█', '▁'));
    }
}
