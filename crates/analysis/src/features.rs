//! What the forest sees of a window: how much the canary differs from the baseline, in logarithms of ratios.

use crate::config::{Analysis, Direction, Kind};
use crate::histogram::quantile;
use crate::windows::{Gap, Observations, Reading};

/// Latency enters by these quantiles.
const QUANTILES: [f64; 3] = [0.5, 0.95, 0.99];

/// One coordinate per metric; of a latency one per quantile. `Err` when a reading is absent, with the name of the metric.
pub(crate) fn of(analysis: &Analysis, seen: &Observations, index: usize) -> Result<Vec<f64>, (String, Gap)> {
    let mut point = Vec::new();
    for metric in &analysis.metrics {
        let absent = |gap: Gap| (metric.name.clone(), gap);
        let series = seen.of(&metric.name).ok_or_else(|| absent(Gap::Missing))?;
        match (series.pair(index), &metric.kind) {
            ((Reading::Absent(gap), _) | (_, Reading::Absent(gap)), _) => return Err(absent(*gap)),
            ((Reading::Counts { events: c, total: n }, Reading::Counts { events: b, total: m }), _) => {
                // Half an event more on each side: a window without errors has a logarithm too (Haldane, 1956; Anscombe, 1956).
                point.push((c + 0.5).ln() - (n + 1.0).ln() - (b + 0.5).ln() + (m + 1.0).ln());
            }
            ((Reading::Buckets(c), Reading::Buckets(b)), _) => {
                for q in QUANTILES {
                    let of = |counts: &[f64]| quantile(&series.bounds, counts, q);
                    let (Some(c), Some(b)) = (of(c), of(b)) else { return Err(absent(Gap::NoTraffic)) };
                    point.push(log_ratio(c, b, Direction::Higher));
                }
            }
            ((Reading::Value(c), Reading::Value(b)), Kind::Gauge { worse }) => point.push(log_ratio(*c, *b, *worse)),
            _ => return Err(absent(Gap::Missing)),
        }
    }
    Ok(point)
}

/// Positive where the canary is worse. Zero against something is bounded: it counts as a factor of about a thousand.
fn log_ratio(canary: f64, baseline: f64, worse: Direction) -> f64 {
    let floor = canary.max(baseline) * 1e-3;
    let ratio = if floor > 0.0 { (canary.max(floor) / baseline.max(floor)).ln() } else { 0.0 };
    if worse == Direction::Lower { -ratio } else { ratio }
}

/// Whether a lower coordinate is as suspicious as a higher one, for each coordinate.
pub(crate) fn two_sided(analysis: &Analysis) -> Vec<bool> {
    analysis
        .metrics
        .iter()
        .flat_map(|metric| match metric.kind {
            Kind::Latency { .. } => vec![false; QUANTILES.len()],
            Kind::ErrorRatio { .. } => vec![false],
            Kind::Gauge { worse } => vec![worse == Direction::Either],
        })
        .collect()
}

/// The metric of each coordinate.
pub(crate) fn names(analysis: &Analysis) -> Vec<String> {
    analysis
        .metrics
        .iter()
        .flat_map(|metric| match metric.kind {
            Kind::Latency { .. } => QUANTILES.iter().map(|q| format!("{} p{:.0}", metric.name, q * 100.0)).collect(),
            Kind::ErrorRatio { .. } | Kind::Gauge { .. } => vec![metric.name.clone()],
        })
        .collect()
}

/// Raises coordinates that are better than typical to the typical value: a canary that is better is not an anomaly.
#[derive(Debug, Clone)]
pub(crate) struct OneSided {
    medians: Vec<f64>,
    scales: Vec<f64>,
    two_sided: Vec<bool>,
}

impl OneSided {
    /// Typical values are those of the points the forest is fitted to.
    pub(crate) fn new(points: &[Vec<f64>], two_sided: Vec<bool>) -> Self {
        let column = |feature: usize| points.iter().filter_map(|point| point.get(feature).copied()).collect::<Vec<_>>();
        let medians: Vec<f64> = (0..two_sided.len()).map(|feature| median(column(feature))).collect();
        let deviation = |(feature, centre): (usize, &f64)| {
            // Median absolute deviation, scaled to the standard deviation of a normal distribution.
            1.4826 * median(column(feature).iter().map(|x| (x - centre).abs()).collect())
        };
        let scales = medians.iter().enumerate().map(deviation).collect();
        Self { medians, scales, two_sided }
    }

    pub(crate) fn apply(&self, point: &[f64]) -> Vec<f64> {
        point
            .iter()
            .zip(self.medians.iter().zip(&self.two_sided))
            .map(|(x, (median, both))| if *both { *x } else { x.max(*median) })
            .collect()
    }

    /// The coordinate that lies farthest out in its own scale, on average over `points`: which metric an anomaly is about.
    pub(crate) fn farthest(&self, points: &[Vec<f64>]) -> Option<(usize, f64)> {
        let distance = |feature: usize| {
            let (median, scale) = (self.medians.get(feature)?, self.scales.get(feature)?.max(1e-9));
            let mean = points.iter().filter_map(|point| point.get(feature)).sum::<f64>() / points.len() as f64;
            Some((mean - median).abs() / scale)
        };
        let all = (0..self.medians.len()).filter_map(|feature| Some((feature, distance(feature)?)));
        all.max_by(|a, b| a.1.total_cmp(&b.1))
    }
}

/// The middle value; 0 of none.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = |index: usize| values.get(index).copied().unwrap_or_default();
    let middle = values.len() / 2;
    if values.len().is_multiple_of(2) { f64::midpoint(at(middle.saturating_sub(1)), at(middle)) } else { at(middle) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn better_is_not_unusual_unless_either_is() {
        let points: Vec<Vec<f64>> = (0..101).map(|i| vec![f64::from(i) - 50.0; 2]).collect();
        let sided = OneSided::new(&points, vec![false, true]);
        assert_eq!(sided.apply(&[-7.0, -7.0]), [0.0, -7.0]);
        assert_eq!(sided.apply(&[7.0, 7.0]), [7.0, 7.0]);
        assert_eq!(sided.farthest(&[vec![1.0, 500.0]]).unwrap().0, 1);
    }

    #[test]
    fn ratios_have_a_sign_and_bounds() {
        assert!((log_ratio(2.0, 1.0, Direction::Higher) - 2.0_f64.ln()).abs() < 1e-12);
        assert!((log_ratio(2.0, 1.0, Direction::Lower) + 2.0_f64.ln()).abs() < 1e-12);
        assert!(log_ratio(0.0, 0.0, Direction::Higher).abs() < 1e-12);
        assert!((log_ratio(5.0, 0.0, Direction::Either) - 1000.0_f64.ln()).abs() < 1e-9);
    }
}
