//! A report in the terms of the state, and in words.

use parapet_analysis::{MetricReport, Report};
use tfplugin::prelude::*;

use super::model::MetricResult;

/// The name under which the test of all metrics together is listed.
const ANOMALY: &str = "anomaly test";

fn whole(count: usize) -> Computed<i64> {
    i64::try_from(count).ok().into()
}

fn finite(value: Option<f64>) -> Computed<f64> {
    value.filter(|it| it.is_finite()).into()
}

impl From<&MetricReport> for MetricResult {
    fn from(metric: &MetricReport) -> Self {
        let test = metric.test.as_ref();
        let limit = |of: fn(&parapet_analysis::Interval) -> f64| {
            test.filter(|it| it.ratio.is_some()).map(|it| of(&it.interval))
        };
        Self {
            name: metric.name.clone().into(),
            critical: metric.critical.into(),
            verdict: metric.verdict.map(|it| it.as_str().to_owned()).into(),
            reason: metric.reason.clone().into(),
            ratio: finite(test.and_then(|it| it.ratio)),
            ratio_lower: finite(limit(|it| it.lower)),
            ratio_upper: finite(limit(|it| it.upper)),
            windows: whole(metric.windows),
            windows_skipped: whole(metric.skipped.total()),
        }
    }
}

/// Each metric, then the anomaly test where there is one.
pub(crate) fn results(report: &Report) -> Vec<MetricResult> {
    let anomaly = report.anomaly.iter().map(|it| MetricResult {
        name: ANOMALY.to_owned().into(),
        critical: true.into(),
        verdict: it.verdict.as_str().to_owned().into(),
        reason: it.reason.clone().into(),
        ratio: Computed::Null,
        ratio_lower: Computed::Null,
        ratio_upper: Computed::Null,
        windows: whole(it.windows),
        windows_skipped: whole(it.skipped),
    });
    report.metrics.iter().map(MetricResult::from).chain(anomaly).collect()
}

/// A line for each metric and test: what it says, and why.
pub(crate) fn lines(report: &Report) -> Vec<String> {
    let of = |name: &str, verdict: Option<parapet_analysis::Verdict>, reason: &str| {
        format!("{name}: {}: {reason}", verdict.map_or("observed", |it| it.as_str()))
    };
    let metrics = report.metrics.iter().map(|it| of(&it.name, it.verdict, &it.reason));
    metrics.chain(report.anomaly.iter().map(|it| of(ANOMALY, Some(it.verdict), &it.reason))).collect()
}

/// One line for the log: the verdict so far, and how the releases compare.
pub(crate) fn progress(report: &Report) -> String {
    let ratio = |it: &MetricReport| Some(format!(", {} x{:.2}", it.name, it.test.as_ref()?.ratio?));
    let ratios: String = report.metrics.iter().filter_map(ratio).collect();
    let score = report.anomaly_score.map(|it| format!(", anomaly {it:.2}")).unwrap_or_default();
    format!("{}{ratios}{score}", report.verdict)
}
