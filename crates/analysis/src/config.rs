//! What a gate is asked to judge, and how strictly.

use serde::{Deserialize, Serialize};

/// What to judge, and the error rate to keep.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Analysis {
    /// The metrics, each with a name of its own.
    pub metrics: Vec<Metric>,
    /// Probability that a canary no worse than allowed is rolled back, over the whole rollout and all tests.
    #[serde(default = "defaults::false_positive_rate")]
    pub false_positive_rate: f64,
    /// Windows at the start that are left out: caches fill, connections open.
    #[serde(default)]
    pub warm_up: usize,
    /// Fewest windows with data from which a promotion may follow.
    #[serde(default = "defaults::min_windows")]
    pub min_windows: usize,
    /// Search for shifts that no single metric shows; `None` leaves it out.
    #[serde(default)]
    pub anomaly: Option<Anomaly>,
}

impl Default for Analysis {
    fn default() -> Self {
        Self {
            metrics: Vec::new(),
            false_positive_rate: defaults::false_positive_rate(),
            warm_up: 0,
            min_windows: defaults::min_windows(),
            anomaly: None,
        }
    }
}

/// One metric of both arms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metric {
    /// Its name in reports.
    pub name: String,
    /// What is tested.
    pub kind: Kind,
    /// Whether the gate depends on it. Any other metric is tested and reported, and takes nothing from the false-positive rate.
    #[serde(default = "defaults::critical")]
    pub critical: bool,
}

/// What a metric measures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Kind {
    /// Failed requests out of all.
    ErrorRatio {
        /// The ratio of error rates, canary to baseline, that is still accepted.
        #[serde(default = "defaults::max_ratio")]
        max_ratio: f64,
        /// A promotion needs data that would have shown a ratio of this size with 90% probability.
        #[serde(default = "defaults::detectable_errors")]
        detectable: f64,
        /// An error rate of the canary that is certainly (95%) below this is good enough, however it compares.
        #[serde(default = "defaults::tolerable")]
        tolerable: f64,
    },
    /// Latency as a histogram; what is tested is how many requests are slow.
    Latency {
        /// The ratio of the shares of slow requests that is still accepted.
        #[serde(default = "defaults::max_ratio")]
        max_ratio: f64,
        /// As for errors, for the share of slow requests.
        #[serde(default = "defaults::detectable_slow")]
        detectable: f64,
        /// Requests above this are slow, in the unit of the histogram; it should be a bucket bound. `None`: the lowest bound above
        /// which no more than 10% of the baseline's requests are.
        #[serde(default)]
        slow_above: Option<f64>,
    },
    /// A number per window, such as processor time per request or memory per pod. It enters the anomaly test.
    Gauge {
        /// Which direction is worse.
        #[serde(default)]
        worse: Direction,
    },
}

/// Which direction of a metric is worse.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More is worse: processor time, memory, pauses.
    #[default]
    Higher,
    /// Less is worse: a cache's hit rate.
    Lower,
    /// Either is suspicious: the rate of requests.
    Either,
}

/// The test for shifts of all metrics together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anomaly {
    /// Fewest windows of history to fit the forest to.
    #[serde(default = "defaults::min_training")]
    pub min_training: usize,
    /// Windows of history, the latest, that are held out to calibrate it.
    #[serde(default = "defaults::calibration")]
    pub calibration: usize,
    /// Seed of the forest and of ties between scores.
    #[serde(default)]
    pub seed: u64,
}

impl Default for Anomaly {
    fn default() -> Self {
        Self { min_training: defaults::min_training(), calibration: defaults::calibration(), seed: 0 }
    }
}

mod defaults {
    pub(super) fn false_positive_rate() -> f64 {
        0.05
    }
    pub(super) fn min_windows() -> usize {
        10
    }
    pub(super) fn critical() -> bool {
        true
    }
    pub(super) fn max_ratio() -> f64 {
        1.1
    }
    pub(super) fn detectable_errors() -> f64 {
        3.0
    }
    pub(super) fn detectable_slow() -> f64 {
        2.0
    }
    pub(super) fn tolerable() -> f64 {
        0.001
    }
    pub(super) fn min_training() -> usize {
        600
    }
    pub(super) fn calibration() -> usize {
        500
    }
}

impl Kind {
    /// Errors, with the defaults.
    #[must_use]
    pub fn error_ratio() -> Self {
        Self::ErrorRatio {
            max_ratio: defaults::max_ratio(),
            detectable: defaults::detectable_errors(),
            tolerable: defaults::tolerable(),
        }
    }

    /// Latency, with the defaults.
    #[must_use]
    pub fn latency() -> Self {
        Self::Latency { max_ratio: defaults::max_ratio(), detectable: defaults::detectable_slow(), slow_above: None }
    }

    /// Accepts another ratio; a promotion then needs data that would have shown twice of it, or what it needs by default.
    #[must_use]
    pub fn accepting(mut self, ratio: f64) -> Self {
        if let Self::ErrorRatio { max_ratio, detectable, .. } | Self::Latency { max_ratio, detectable, .. } = &mut self
        {
            *max_ratio = ratio;
            *detectable = detectable.max(2.0 * ratio);
        }
        self
    }

    /// Whether a test of its own belongs to it.
    pub(crate) fn is_counted(&self) -> bool {
        !matches!(self, Self::Gauge { .. })
    }
}

impl Metric {
    /// A critical metric.
    #[must_use]
    pub fn new(name: &str, kind: Kind) -> Self {
        Self { name: name.to_owned(), kind, critical: true }
    }
}

/// A gate that cannot be judged as it is configured, or data that do not fit it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AnalysisError {
    /// A setting is outside its range.
    #[error("{setting} is {found}; it has to be {allowed}")]
    Setting {
        /// The setting, with the metric's name.
        setting: String,
        /// What was given.
        found: f64,
        /// What may be given.
        allowed: &'static str,
    },
    /// There is nothing that could decide.
    #[error(
        "no metric can decide: give at least one critical error ratio or latency, or the anomaly test with any metric"
    )]
    NothingDecides,
    /// Two metrics have one name.
    #[error("two metrics are named {0:?}: give each a name of its own")]
    SameName(String),
    /// Data of a metric do not fit.
    #[error("metric {metric:?}: {problem}")]
    Data {
        /// The metric.
        metric: String,
        /// What does not fit.
        problem: String,
    },
}

impl Analysis {
    /// Checks every setting.
    ///
    /// # Errors
    /// The first setting that is wrong.
    pub fn validate(&self) -> Result<(), AnalysisError> {
        let setting = |setting: String, found: f64, valid: bool, allowed: &'static str| {
            if valid { Ok(()) } else { Err(AnalysisError::Setting { setting, found, allowed }) }
        };
        let rate = self.false_positive_rate;
        setting("false_positive_rate".to_owned(), rate, rate > 0.0 && rate <= 0.5, "above 0 and at most 0.5")?;
        for (index, metric) in self.metrics.iter().enumerate() {
            let name = &metric.name;
            if self.metrics.iter().take(index).any(|other| other.name == *name) {
                return Err(AnalysisError::SameName(name.clone()));
            }
            let of = |what: &str| format!("{what} of metric {name:?}");
            if let Kind::ErrorRatio { max_ratio, detectable, .. } | Kind::Latency { max_ratio, detectable, .. } =
                metric.kind
            {
                let fits = (1.0..=100.0).contains(&max_ratio);
                setting(of("max_ratio"), max_ratio, fits, "from 1 to 100")?;
                let fits = detectable > max_ratio && detectable.is_finite();
                setting(of("detectable"), detectable, fits, "above max_ratio")?;
            }
            match metric.kind {
                Kind::ErrorRatio { tolerable, .. } => {
                    setting(of("tolerable"), tolerable, (0.0..1.0).contains(&tolerable), "from 0 to below 1")?;
                }
                Kind::Latency { slow_above: Some(bound), .. } => {
                    setting(of("slow_above"), bound, bound > 0.0 && bound.is_finite(), "above 0")?;
                }
                Kind::Latency { slow_above: None, .. } | Kind::Gauge { .. } => {}
            }
        }
        if let Some(anomaly) = &self.anomaly {
            let found = anomaly.min_training as f64;
            setting("min_training".to_owned(), found, anomaly.min_training >= 100, "at least 100")?;
            let found = anomaly.calibration as f64;
            setting("calibration".to_owned(), found, anomaly.calibration >= 100, "at least 100")?;
        }
        if self.tests() == 0 || self.metrics.is_empty() { Err(AnalysisError::NothingDecides) } else { Ok(()) }
    }

    /// Tests that share the false-positive rate.
    pub(crate) fn tests(&self) -> usize {
        let own = self.metrics.iter().filter(|it| it.critical && it.kind.is_counted()).count();
        own + usize::from(self.anomaly.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_settings_are_named() {
        let good = Analysis { metrics: vec![Metric::new("errors", Kind::error_ratio())], ..Analysis::default() };
        assert_eq!(good.validate(), Ok(()));
        let says = |analysis: Analysis, text: &str| {
            let error = analysis.validate().unwrap_err().to_string();
            assert!(error.contains(text), "{error}");
        };
        says(Analysis { false_positive_rate: 0.0, ..good.clone() }, "false_positive_rate is 0");
        says(Analysis { false_positive_rate: f64::NAN, ..good.clone() }, "NaN");
        says(Analysis::default(), "no metric can decide");
        let gauge = Metric::new("memory", Kind::Gauge { worse: Direction::Higher });
        says(Analysis { metrics: vec![gauge], ..good.clone() }, "no metric can decide");
        says(Analysis { metrics: [good.metrics.clone(), good.metrics.clone()].concat(), ..good.clone() }, "\"errors\"");
        let kind = Kind::ErrorRatio { max_ratio: 0.9, detectable: 3.0, tolerable: 0.0 };
        says(Analysis { metrics: vec![Metric::new("e", kind)], ..good.clone() }, "max_ratio of metric \"e\" is 0.9");
        let kind = Kind::Latency { max_ratio: 1.1, detectable: 1.1, slow_above: None };
        says(Analysis { metrics: vec![Metric::new("l", kind)], ..good.clone() }, "above max_ratio");
        let kind = Kind::Latency { max_ratio: 1.1, detectable: 2.0, slow_above: Some(-1.0) };
        says(Analysis { metrics: vec![Metric::new("l", kind)], ..good.clone() }, "slow_above");
        let anomaly = Some(Anomaly { calibration: 5, ..Anomaly::default() });
        says(Analysis { anomaly, ..good }, "calibration is 5");
    }
}
