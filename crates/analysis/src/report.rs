//! The verdict and what it rests on.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::eprocess::Dispersion;
use crate::exact::{Counts, Interval};
use crate::ranks::Ranks;
use crate::windows::Skipped;

/// What a gate decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing is wrong, and the data would have shown it.
    Promote,
    /// The canary is worse than allowed.
    Rollback,
    /// The data do not say: too few, or suspicious without proof.
    Inconclusive,
}

impl Verdict {
    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Promote => "promote",
            Self::Rollback => "rollback",
            Self::Inconclusive => "inconclusive",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The result of an analysis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The decision.
    pub verdict: Verdict,
    /// Why: one sentence for each metric that decided, or that keeps the gate from deciding.
    pub reasons: Vec<String>,
    /// The end of the window at which the evidence for a rollback was complete, in seconds since 1970.
    pub decided_at: Option<i64>,
    /// Windows of the rollout after the warm-up.
    pub windows: usize,
    /// Windows left out as warm-up.
    pub warm_up: usize,
    /// Probability of a wrong rollback, over the whole rollout.
    pub false_positive_rate: f64,
    /// The part of it each test may use.
    pub alpha_per_test: f64,
    /// 1 less the p-value of the anomaly test, valid at every look; `None` when the test did not run.
    pub anomaly_score: Option<f64>,
    /// The anomaly test, unless it is off.
    pub anomaly: Option<AnomalyReport>,
    /// Each metric, in the order of the configuration.
    pub metrics: Vec<MetricReport>,
}

impl Report {
    /// Whether a critical metric or the anomaly test has half of the evidence that a rollback needs: no time to send the canary more.
    #[must_use]
    pub fn is_suspicious(&self) -> bool {
        let half = |evidence: f64, threshold: f64| evidence >= threshold / 2.0;
        let tests = self.metrics.iter().filter(|it| it.critical).filter_map(|it| it.test.as_ref());
        tests.into_iter().any(|it| half(it.log_evidence, it.log_threshold))
            || self.anomaly.as_ref().is_some_and(|it| half(it.log_evidence, it.log_threshold))
    }
}

/// One metric.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MetricReport {
    /// Its name.
    pub name: String,
    /// Whether the gate depends on it.
    pub critical: bool,
    /// The decision of its own test; `None` for a gauge, which has none.
    pub verdict: Option<Verdict>,
    /// The decision in words.
    pub reason: String,
    /// Windows with data of both arms.
    pub windows: usize,
    /// Windows without, by cause.
    pub skipped: Skipped,
    /// The test, of an error ratio or a latency.
    pub test: Option<RatioReport>,
    /// How the windows of both arms compare by rank. An explanation: it decides nothing.
    pub ranks: Option<Ranks>,
    /// Per window after the warm-up, canary and baseline: error rate, 95th percentile or value, for plots.
    pub points: Vec<(Option<f64>, Option<f64>)>,
}

/// The test of one ratio of rates.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RatioReport {
    /// All counts; of a latency those of slow requests.
    pub counts: Counts,
    /// Above this, in the unit of the histogram, a request is slow.
    pub slow_above: Option<f64>,
    /// The ratio that is still accepted.
    pub max_ratio: f64,
    /// The ratio as observed.
    pub ratio: Option<f64>,
    /// Exact 95% interval of it, of one look at independent requests.
    pub interval: Interval,
    /// Natural logarithm of the largest e-value so far.
    pub log_evidence: f64,
    /// Natural logarithm of the e-value at which the canary is rolled back.
    pub log_threshold: f64,
    /// How much the variance exceeds the binomial one.
    pub dispersion: Option<Dispersion>,
    /// The smallest ratio the data would have shown with 90% probability.
    pub detectable: Option<f64>,
    /// Whether the rule on the exact limit decided.
    pub overridden: bool,
}

/// The anomaly test.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AnomalyReport {
    /// Its decision.
    pub verdict: Verdict,
    /// The decision in words.
    pub reason: String,
    /// Windows that were scored.
    pub windows: usize,
    /// Windows in which a metric was absent.
    pub skipped: usize,
    /// Windows of history it was fitted to and calibrated on.
    pub training: usize,
    /// Windows of history it was calibrated on.
    pub calibration: usize,
    /// How many times as many windows are needed because neighbours resemble each other.
    pub inflation: f64,
    /// Natural logarithm of the largest e-value so far.
    pub log_evidence: f64,
    /// Natural logarithm of the e-value at which the canary is rolled back.
    pub log_threshold: f64,
    /// `1 - p` of each scored window.
    pub scores: Vec<f64>,
    /// What lies farthest from what is usual.
    pub farthest: Option<String>,
}
