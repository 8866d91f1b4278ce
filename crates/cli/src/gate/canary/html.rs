//! A page with a plot for each metric. It needs nothing but itself: no scripts, no fonts, no network.

use std::fmt::Write as _;

use jiff::Timestamp;
use parapet_analysis::delivery::Rollout;
use parapet_analysis::{MetricReport, Report, Verdict};

use crate::gate::outcome::escaped;
use crate::gate::short;

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 200.0;
/// Room for numbers on the left, and around the plot.
const LEFT: f64 = 70.0;
const MARGIN: f64 = 20.0;

const STYLE: &str = "\
body{font:15px/1.5 system-ui,sans-serif;max-width:820px;margin:2em auto;padding:0 1em;color:#1c2430;background:#fff}\
h1{font-size:1.5em}h2{font-size:1.1em;margin:2em 0 .3em}p{margin:.3em 0}table{border-collapse:collapse}\
td,th{padding:.2em 1em .2em 0;text-align:left;vertical-align:top}.note{color:#5b6675}\
.v{padding:.1em .6em;border-radius:.3em;color:#fff}.promote{background:#1a7f37}.rollback{background:#c62828}\
.inconclusive{background:#8a6100}.observed{background:#5b6675}svg{width:100%;height:auto}\
.canary{stroke:#c2410c;fill:#c2410c}.baseline{stroke:#1d4ed8;fill:#1d4ed8}.bar{fill:#6b21a8}.axis{stroke:#b6bec9}\
polyline{fill:none!important;stroke-width:2}text{font-size:11px;fill:#5b6675}\
@media(prefers-color-scheme:dark){body{background:#12161c;color:#e4e8ee}.note,text{color:#9aa6b5;fill:#9aa6b5}}";

pub(super) fn render(report: &Report, rollout: &Rollout, window: i64) -> String {
    let title = match (rollout.service.as_str(), rollout.release.as_str()) {
        (_, "") => "Rollout gate".to_owned(),
        (service, release) => format!("Rollout of {} {}", escaped(service), escaped(release)),
    };
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}: {}</title><style>{STYLE}</style></head><body>\n",
        report.verdict
    );
    // Writing into a string cannot fail, here and below.
    let _infallible = writeln!(
        out,
        "<h1>{title}: {}</h1>\n<p class=\"note\">Started {}, decided {}. Windows of {window} s: {} judged, {} left out as warm-up. \
         A canary no worse than allowed is rolled back in {}% of rollouts at most.</p>",
        badge(Some(report.verdict)),
        time(rollout.started_at),
        time(rollout.finished_at),
        report.windows,
        report.warm_up,
        short(report.false_positive_rate * 100.0),
    );
    for reason in &report.reasons {
        let _infallible = writeln!(out, "<p>{}</p>", escaped(reason));
    }
    for metric in &report.metrics {
        section(&mut out, metric);
    }
    if let Some(anomaly) = &report.anomaly {
        let _infallible = writeln!(
            out,
            "<h2>anomaly test {}</h2>\n<p>{}</p>",
            badge(Some(anomaly.verdict)),
            escaped(&anomaly.reason)
        );
        if !anomaly.scores.is_empty() {
            bars(&mut out, &anomaly.scores);
            out += "<p class=\"note\">How unusual each window is: 1 less its p-value.</p>\n";
        }
    }
    out + "</body></html>\n"
}

fn time(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |it| it.to_string())
}

fn badge(verdict: Option<Verdict>) -> String {
    let name = verdict.map_or("observed", Verdict::as_str);
    format!("<span class=\"v {name}\">{name}</span>")
}

fn section(out: &mut String, metric: &MetricReport) {
    let note = if metric.critical { "" } else { " <span class=\"note\">not critical: decides nothing</span>" };
    let _infallible = writeln!(
        out,
        "<h2>{} {}{note}</h2>\n<p>{}</p>",
        escaped(&metric.name),
        badge(metric.verdict),
        escaped(&metric.reason)
    );
    lines(out, metric);
    let mut rows = Vec::new();
    if let Some(test) = &metric.test {
        if let Some(ratio) = test.ratio {
            let (lower, upper) = (short(test.interval.lower), short(test.interval.upper));
            let upper = if test.interval.upper.is_finite() { upper } else { "no limit".to_owned() };
            rows.push(("ratio", format!("{} (95% interval {lower} to {upper})", short(ratio))));
        }
        rows.push(("still accepted", short(test.max_ratio)));
        let share = (test.log_evidence / test.log_threshold * 100.0).max(0.0);
        rows.push(match share >= 100.0 {
            true => ("evidence", "as much as a rollback needs, or more".to_owned()),
            false => ("evidence", format!("{share:.0}% of what a rollback needs, on the logarithmic scale")),
        });
        rows.extend(test.detectable.map(|it| ("would have shown", format!("a ratio of {} and above", short(it)))));
    }
    rows.extend(
        metric.ranks.map(|it| ("Cliff's delta", format!("{:.2} (explains, decides nothing)", it.cliffs_delta))),
    );
    rows.push(("windows", format!("{} with data, {} without", metric.windows, metric.skipped.total())));
    out.push_str("<table>");
    for (name, value) in rows {
        let _infallible = write!(out, "<tr><th>{name}</th><td>{value}</td></tr>");
    }
    out.push_str("</table>\n");
}

/// Coordinates of a value of a window, on a scale from `low` to `high`.
struct Scale {
    count: usize,
    low: f64,
    high: f64,
}

impl Scale {
    fn x(&self, index: usize) -> f64 {
        LEFT + (WIDTH - LEFT - MARGIN) * index as f64 / (self.count.max(2) - 1) as f64
    }

    fn y(&self, value: f64) -> f64 {
        let share = if self.high > self.low { (value - self.low) / (self.high - self.low) } else { 0.5 };
        MARGIN + (HEIGHT - 2.0 * MARGIN) * (1.0 - share)
    }

    /// Opens the picture: its frame and the ends of its scale.
    fn open(&self, out: &mut String, label: &str) {
        let (bottom, right) = (HEIGHT - MARGIN, WIDTH - MARGIN);
        let _infallible = write!(
            out,
            "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{label}\">\
             <path class=\"axis\" fill=\"none\" d=\"M{LEFT} {MARGIN}V{bottom}H{right}\"/>\
             <text x=\"{x}\" y=\"{top}\" text-anchor=\"end\">{high}</text><text x=\"{x}\" y=\"{bottom}\" text-anchor=\"end\">{low}</text>",
            x = LEFT - 6.0,
            top = MARGIN + 8.0,
            high = short(self.high),
            low = short(self.low),
        );
    }
}

fn lines(out: &mut String, metric: &MetricReport) {
    let all = || metric.points.iter().flat_map(|it| [it.0, it.1]).flatten().filter(|it| it.is_finite());
    let (low, high) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
    if low > high {
        out.push_str("<p class=\"note\">There is nothing to plot.</p>\n");
        return;
    }
    let scale = Scale { count: metric.points.len(), low, high };
    scale.open(out, &format!("{} of canary and baseline per window", escaped(&metric.name)));
    for (index, name) in ["canary", "baseline"].into_iter().enumerate() {
        let values = metric.points.iter().map(|it| if index == 0 { it.0 } else { it.1 }.filter(|it| it.is_finite()));
        // A window without data is a gap, not a line across.
        let mut run: Vec<(f64, f64)> = Vec::new();
        for (at, value) in values.enumerate() {
            match value {
                Some(value) => run.push((scale.x(at), scale.y(value))),
                None => stroke(out, name, &std::mem::take(&mut run)),
            }
        }
        stroke(out, name, &run);
        let x = LEFT + 10.0 + 80.0 * index as f64;
        let _infallible = write!(
            out,
            "<rect class=\"{name}\" x=\"{x}\" y=\"4\" width=\"10\" height=\"4\"/><text x=\"{}\" y=\"10\">{name}</text>",
            x + 14.0
        );
    }
    out.push_str("</svg>\n");
}

fn stroke(out: &mut String, class: &str, run: &[(f64, f64)]) {
    match run {
        [] => {}
        [(x, y)] => {
            let _infallible = write!(out, "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2\"/>");
        }
        run => {
            let points: Vec<String> = run.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
            let _infallible = write!(out, "<polyline class=\"{class}\" points=\"{}\"/>", points.join(" "));
        }
    }
}

fn bars(out: &mut String, scores: &[f64]) {
    let scale = Scale { count: scores.len(), low: 0.0, high: 1.0 };
    scale.open(out, "anomaly score per window");
    let width = ((WIDTH - LEFT - MARGIN) / scores.len() as f64 * 0.7).clamp(1.0, 20.0);
    for (index, score) in scores.iter().enumerate() {
        let y = scale.y(*score);
        let _infallible = write!(
            out,
            "<rect class=\"bar\" x=\"{:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{:.1}\"/>",
            scale.x(index),
            HEIGHT - MARGIN - y
        );
    }
    out.push_str("</svg>\n");
}
