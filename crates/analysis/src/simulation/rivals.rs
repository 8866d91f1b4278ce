//! The gates that are in common use, for comparison.

use super::service::{CPU, ERRORS, LATENCY, MEMORY};
use crate::forest::Forest;
use crate::histogram::quantile;
use crate::ranks::mann_whitney;
use crate::windows::{Observations, Reading};

/// The metrics these gates look at.
const LOOKED_AT: [&str; 4] = [ERRORS, LATENCY, CPU, MEMORY];
/// Steps of a rollout; thresholds are looked at once in each.
const STEPS: usize = 6;
/// Canary over baseline, above which a threshold is broken.
const LIMITS: [f64; 4] = [2.0, 1.2, 1.2, 1.2];
/// The first look of the repeated rank test, and its level.
const FIRST_LOOK: usize = 5;
const LEVEL: f64 = 0.05;
/// Score above which a forest calls a window unusual.
const UNUSUAL: f64 = 0.6;

/// Error rate, 95th percentile or value of both arms in one window.
fn values(seen: &Observations, metric: &str, index: usize) -> Option<(f64, f64)> {
    let series = seen.of(metric)?;
    let value = |reading: &Reading| match reading {
        Reading::Counts { events, total } => Some(events / total),
        Reading::Buckets(counts) => quantile(&series.bounds, counts, 0.95),
        Reading::Value(value) => Some(*value),
        Reading::Absent(_) => None,
    };
    let (canary, baseline) = series.pair(index);
    Some((value(canary)?, value(baseline)?))
}

/// The last window of each step against fixed thresholds.
pub(super) fn thresholds(seen: &Observations) -> bool {
    let step = (seen.len() / STEPS).max(1);
    (step - 1..seen.len()).step_by(step).any(|index| {
        LOOKED_AT.iter().zip(LIMITS).any(|(metric, limit)| {
            values(seen, metric, index).is_some_and(|(canary, baseline)| canary > limit * baseline)
        })
    })
}

/// A one-sided reading of the two-sided test, as tools have it: the canary is larger, and p is below the level, at any look.
pub(super) fn ranks(seen: &Observations) -> bool {
    LOOKED_AT.iter().any(|metric| {
        let all: Vec<(f64, f64)> = (0..seen.len()).filter_map(|index| values(seen, metric, index)).collect();
        (FIRST_LOOK..=all.len()).any(|looked| {
            let (canary, baseline): (Vec<f64>, Vec<f64>) = all.iter().take(looked).copied().unzip();
            mann_whitney(&canary, &baseline).is_some_and(|it| it.p_value < LEVEL && it.cliffs_delta > 0.0)
        })
    })
}

/// A forest fitted to the baseline's first window.
pub(super) fn single_sample(seen: &Observations) -> bool {
    let point = |index: usize, canary: bool| -> Option<Vec<f64>> {
        let both = |metric: &&str| {
            values(seen, metric, index).map(|(of_canary, of_baseline)| if canary { of_canary } else { of_baseline })
        };
        LOOKED_AT.iter().map(both).collect()
    };
    let Some(sample) = point(0, false) else { return false };
    let forest = Forest::fit(&[sample], 1);
    (0..seen.len()).filter_map(|index| point(index, true)).any(|point| forest.score(&point) > UNUSUAL)
}
