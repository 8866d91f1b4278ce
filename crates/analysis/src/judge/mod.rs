//! From readings to a verdict.

use crate::config::{Analysis, AnalysisError, Kind, Metric};
use crate::exact::Counts;
use crate::ranks::mann_whitney;
use crate::report::{MetricReport, Report, Verdict};
use crate::windows::{Observations, Reading, Series, Skipped};
use crate::{eprocess::Dispersion, histogram};

mod anomaly;
mod ratio;

use anomaly::Model;

/// An analysis that has learnt from history what equal arms look like; it can judge a rollout again and again.
#[derive(Debug, Clone)]
pub struct Trained {
    analysis: Analysis,
    /// For each metric.
    learnt: Vec<Learnt>,
    /// Why there is no model, if there is none.
    model: Option<Result<Model, String>>,
}

/// What history says of a metric that is counted.
#[derive(Debug, Clone, Default)]
struct Learnt {
    bounds: Vec<f64>,
    slow: Option<usize>,
    dispersion: Option<Dispersion>,
}

impl Trained {
    /// Learns from A/A windows; without any, only what needs none can be judged.
    ///
    /// # Errors
    /// A setting is outside its range, or data do not fit their metric.
    pub fn new(analysis: &Analysis, history: &Observations) -> Result<Self, AnalysisError> {
        analysis.validate()?;
        history.validate(analysis)?;
        let learnt = analysis.metrics.iter().map(|metric| Learnt::new(metric, history)).collect();
        let model = analysis.anomaly.as_ref().map(|anomaly| Model::fit(analysis, anomaly, history));
        Ok(Self { analysis: analysis.clone(), learnt, model })
    }

    /// Judges the windows of a rollout so far.
    ///
    /// # Errors
    /// Data do not fit their metric.
    pub fn judge(&self, rollout: &Observations) -> Result<Report, AnalysisError> {
        rollout.validate(&self.analysis)?;
        let analysis = &self.analysis;
        let alpha = analysis.false_positive_rate / analysis.tests().max(1) as f64;
        let warm_up = analysis.warm_up.min(rollout.len());
        let mut decided: Option<usize> = None;
        let mut reasons = Vec::new();
        let mut verdict = Verdict::Promote;
        let mut gate = |name: &str, own: Verdict, reason: &str, at: Option<usize>| {
            if own != Verdict::Promote {
                reasons.push((own, format!("{name}: {reason}")));
            }
            if let Some(at) = at {
                decided = Some(decided.map_or(at, |before| before.min(at)));
            }
            verdict = match (verdict, own) {
                (Verdict::Rollback, _) | (_, Verdict::Rollback) => Verdict::Rollback,
                (Verdict::Inconclusive, _) | (_, Verdict::Inconclusive) => Verdict::Inconclusive,
                (Verdict::Promote, Verdict::Promote) => Verdict::Promote,
            };
        };

        let mut metrics = Vec::new();
        for (metric, learnt) in analysis.metrics.iter().zip(&self.learnt) {
            let absent =
                Series { metric: metric.name.clone(), bounds: Vec::new(), canary: Vec::new(), baseline: Vec::new() };
            let series = rollout.of(&metric.name).unwrap_or(&absent);
            let indices = warm_up..rollout.len();
            let (own, at) = if metric.kind.is_counted() {
                ratio::judge(analysis, metric, learnt, series, rollout, indices, alpha)
            } else {
                (observed(metric, series, indices, analysis.anomaly.is_some()), None)
            };
            if let (true, Some(verdict)) = (metric.critical, own.verdict) {
                gate(&metric.name, verdict, &own.reason, at);
            }
            metrics.push(own);
        }
        let anomaly = self.model.as_ref().map(|model| anomaly::judge(analysis, model, rollout, warm_up, alpha));
        if let Some((report, at)) = &anomaly {
            gate("anomaly test", report.verdict, &report.reason, *at);
        }
        let anomaly = anomaly.map(|(report, _)| report);
        let kept = reasons.into_iter().filter(|(own, _)| *own == verdict).map(|(_, reason)| reason).collect();
        Ok(Report {
            verdict,
            reasons: kept,
            decided_at: decided.and_then(|at| rollout.times.get(at).copied()),
            windows: rollout.len() - warm_up,
            warm_up,
            false_positive_rate: analysis.false_positive_rate,
            alpha_per_test: alpha,
            // Ville: the largest e-value is the reciprocal of a p-value that holds at every look.
            anomaly_score: anomaly
                .as_ref()
                .filter(|it| it.windows > 0)
                .map(|it| 1.0 - (-it.log_evidence).exp().min(1.0)),
            anomaly,
            metrics,
        })
    }
}

impl Learnt {
    fn new(metric: &Metric, history: &Observations) -> Self {
        let Some(series) = history.of(&metric.name) else { return Self::default() };
        let slow = match metric.kind {
            Kind::Latency { slow_above, .. } => {
                histogram::slow_bound(series, slow_above, series.canary.iter().chain(&series.baseline))
            }
            Kind::ErrorRatio { .. } | Kind::Gauge { .. } => None,
        };
        let counts: Vec<Counts> = (0..history.len()).filter_map(|index| series.counts(index, slow).ok()).collect();
        Self { bounds: series.bounds.clone(), slow, dispersion: Dispersion::of(&counts) }
    }
}

/// A gauge: it has no test of its own.
fn observed(metric: &Metric, series: &Series, indices: std::ops::Range<usize>, tested: bool) -> MetricReport {
    let (points, windows, skipped) = plotted(series, indices);
    let reason = if windows == 0 {
        "no window has data of both arms".to_owned()
    } else if tested && metric.critical {
        "part of the anomaly test".to_owned()
    } else {
        "reported only: it is part of the anomaly test when that is on and the metric is critical".to_owned()
    };
    let (canary, baseline) = arms(&points);
    MetricReport {
        name: metric.name.clone(),
        critical: metric.critical,
        verdict: None,
        reason,
        windows,
        skipped,
        test: None,
        ranks: mann_whitney(&canary, &baseline),
        points,
    }
}

/// A value per window and arm, and the windows that have both.
type Plotted = (Vec<(Option<f64>, Option<f64>)>, usize, Skipped);

fn plotted(series: &Series, indices: std::ops::Range<usize>) -> Plotted {
    let value = |reading: &Reading| match reading {
        Reading::Counts { events, total } => Some(events / total),
        Reading::Buckets(counts) => histogram::quantile(&series.bounds, counts, 0.95),
        Reading::Value(value) => Some(*value),
        Reading::Absent(_) => None,
    };
    let mut skipped = Skipped::default();
    let mut windows = 0;
    let points = indices
        .map(|index| {
            let (canary, baseline) = series.pair(index);
            match (canary, baseline) {
                (Reading::Absent(gap), _) | (_, Reading::Absent(gap)) => skipped.count(*gap),
                _ => windows += 1,
            }
            (value(canary), value(baseline))
        })
        .collect();
    (points, windows, skipped)
}

/// The values of each arm.
fn arms(points: &[(Option<f64>, Option<f64>)]) -> (Vec<f64>, Vec<f64>) {
    (points.iter().filter_map(|it| it.0).collect(), points.iter().filter_map(|it| it.1).collect())
}

#[cfg(test)]
mod tests;
