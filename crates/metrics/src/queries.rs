//! What to ask about each metric and arm.

use parapet_analysis::{Metric, Observations};

use crate::gather::{Side, observe};
use crate::{MetricsError, Range, Source};

/// Stands for the matchers of an arm in a query.
pub const ARM: &str = "$arm";
/// Stands for the length of a window in a query, with its unit.
pub const WINDOW: &str = "$window";
/// Stands for the length of a window in a query, as a number of seconds.
pub const PERIOD: &str = "$period";

/// All metrics, and how to tell the arms apart.
#[derive(Clone, Debug)]
pub struct Queries {
    /// Each metric.
    pub metrics: Vec<Asked>,
    /// What stands for the arms.
    pub arms: Arms,
}

/// What is put in place of [`ARM`].
#[derive(Clone, Debug, Default)]
pub struct Arms {
    /// For the canary.
    pub canary: String,
    /// For the baseline.
    pub baseline: String,
    /// For two halves of the baseline, in history.
    pub halves: Option<(String, String)>,
}

/// One metric.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What is judged.
    pub metric: Metric,
    /// What is asked about the canary.
    pub canary: Texts,
    /// What is asked about the baseline.
    pub baseline: Texts,
}

/// The queries for one arm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts {
    /// For the metric, or for what is counted.
    pub query: String,
    /// For all requests, of an error ratio.
    pub total: Option<String>,
}

impl Texts {
    /// The queries as they are asked: `$arm`, `$window` and `$period` filled in.
    #[must_use]
    pub fn filled(&self, arm: &str, window: i64) -> Self {
        let fill = |query: &String| {
            let query = query.replace(ARM, arm).replace(WINDOW, &format!("{window}s"));
            query.replace(PERIOD, &window.to_string())
        };
        Self { query: fill(&self.query), total: self.total.as_ref().map(fill) }
    }
}

impl Queries {
    /// Canary against baseline.
    ///
    /// # Errors
    /// A metric cannot be had; see [`MetricsError`].
    pub fn rollout(&self, source: &dyn Source, range: Range) -> Result<Observations, MetricsError> {
        let canary = Side { texts: |asked| &asked.canary, matchers: &self.arms.canary };
        let baseline = Side { texts: |asked| &asked.baseline, matchers: &self.arms.baseline };
        observe(source, &self.metrics, (canary, baseline), range)
    }

    /// The baseline against itself: one half against the other, or where there are none, each window against the next.
    ///
    /// # Errors
    /// A metric cannot be had; see [`MetricsError`].
    pub fn history(&self, source: &dyn Source, range: Range) -> Result<Observations, MetricsError> {
        let side = |matchers| Side { texts: |asked: &Asked| &asked.baseline, matchers };
        match &self.arms.halves {
            Some((one, other)) => observe(source, &self.metrics, (side(one), side(other)), range),
            None => {
                let arms = (side(&self.arms.baseline), side(&self.arms.baseline));
                Ok(observe(source, &self.metrics, arms, range)?.against_itself())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_filled_in() {
        let texts =
            Texts { query: "sum(increase(e{$arm}[$window])) / $period".to_owned(), total: Some("t{$arm}".to_owned()) };
        let filled = texts.filled("track=\"canary\"", 60);
        assert_eq!(filled.query, "sum(increase(e{track=\"canary\"}[60s])) / 60");
        assert_eq!(filled.total.as_deref(), Some("t{track=\"canary\"}"));
    }
}
