//! Latency histograms: where "slow" begins, and quantiles.

use crate::windows::{Reading, Series};

/// Share of slow requests of the baseline that is looked for.
const SLOW_SHARE: f64 = 0.10;

/// The bucket bound above which a request is slow: that at or next below `wanted`, or the lowest above which no more than a tenth of the
/// `readings` lies. It must come from data that are not tested: history, or the baseline alone.
pub(crate) fn slow_bound<'a>(
    series: &Series,
    wanted: Option<f64>,
    readings: impl Iterator<Item = &'a Reading>,
) -> Option<usize> {
    let last_finite = series.bounds.iter().rposition(|bound| bound.is_finite())?;
    if let Some(wanted) = wanted {
        return Some(
            series.bounds.iter().rposition(|bound| *bound <= wanted * (1.0 + 1e-9)).unwrap_or(0).min(last_finite),
        );
    }
    let mut sums = vec![0.0; series.bounds.len()];
    for reading in readings {
        if let Reading::Buckets(counts) = reading {
            for (sum, count) in sums.iter_mut().zip(counts) {
                *sum += count;
            }
        }
    }
    let total = sums.last().copied().filter(|total| *total > 0.0)?;
    Some(sums.iter().position(|sum| (total - sum) / total <= SLOW_SHARE)?.min(last_finite))
}

/// The quantile, linear within its bucket, as Prometheus' `histogram_quantile`. Beyond the last finite bound, that bound.
pub(crate) fn quantile(bounds: &[f64], counts: &[f64], q: f64) -> Option<f64> {
    let rank = q * counts.last().copied().filter(|total| *total > 0.0)?;
    let at = counts.iter().position(|count| *count >= rank)?;
    let upper = bounds.get(at).copied()?;
    let before = |values: &[f64]| at.checked_sub(1).and_then(|index| values.get(index)).copied().unwrap_or(0.0);
    let (lower, below) = (before(bounds), before(counts));
    if !upper.is_finite() {
        return Some(lower);
    }
    let inside = counts.get(at).copied()? - below;
    Some(if inside > 0.0 { lower + (upper - lower) * (rank - below) / inside } else { upper })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_linear_within_a_bucket() {
        let bounds = [0.1, 0.2, f64::INFINITY];
        let of = |q| quantile(&bounds, &[50.0, 90.0, 100.0], q).unwrap();
        assert!((of(0.5) - 0.1).abs() < 1e-12 && (of(0.25) - 0.05).abs() < 1e-12);
        assert!((of(0.7) - 0.15).abs() < 1e-12 && (of(0.99) - 0.2).abs() < 1e-12);
        assert_eq!(quantile(&bounds, &[0.0; 3], 0.5), None);
    }

    #[test]
    fn slow_begins_where_a_tenth_is_above() {
        let readings = vec![Reading::Buckets(vec![50.0, 92.0, 99.0, 100.0])];
        let bounds = vec![0.1, 0.25, 0.5, f64::INFINITY];
        let series = Series { metric: String::new(), bounds, canary: Vec::new(), baseline: readings };
        let of = |wanted| slow_bound(&series, wanted, series.baseline.iter());
        assert_eq!(
            (of(None), of(Some(0.5)), of(Some(0.4)), of(Some(0.01)), of(Some(9.0))),
            (Some(1), Some(2), Some(1), Some(0), Some(2))
        );
    }
}
