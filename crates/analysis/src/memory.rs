//! Whether memory leaks: a robust slope of memory over time, and its interval.
//!
//! The slope is the median of the slopes of all pairs of points (Theil, 1950; Sen, Journal of the American Statistical Association 63,
//! 1968), which a few spikes do not move; its interval follows from the distribution of Kendall's tau (Hollander and Wolfe, 1973, section
//! 9.3). Long series are first cut into up to 200 blocks, of each of which the median is taken.
//!
//! That distribution takes points as independent, but resident memory wanders: neighbouring points resemble each other. `n` points of a
//! first-order autoregression with correlation `r` tell as much as `n (1 - r) / (1 + r)` independent ones (Bayley and Hammersley,
//! Supplement to the Journal of the Royal Statistical Society 8, 1946), so that the variance of Kendall's statistic grows by the inverse, as in
//! the trend test of Hamed and Rao (Journal of Hydrology 204, 1998). `r` is that of what the line leaves over. It comes out too low by
//! `(2 + 4 r) / n` when a line was fitted first (van Giersbergen, Economics Letters 89, 2005), which is put right.

use serde::Serialize;

use crate::exact::Interval;
use crate::features::median;

/// Blocks a long series is cut into.
const BLOCKS: usize = 200;
/// Fewer points have no interval worth the name.
pub const FEWEST_POINTS: usize = 10;
/// More correlation than this is not told from a random walk, of which no series is long enough.
const MOST_CORRELATION: f64 = 0.99;
/// The 97.5% quantile of the normal distribution: a two-sided 95% interval.
const NORMAL_QUANTILE: f64 = 1.959_963_985;

/// Memory over time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trend {
    /// Samples.
    pub samples: usize,
    /// From the first to the last, in seconds.
    pub seconds: f64,
    /// The largest value.
    pub peak: f64,
    /// When that was, in seconds after the first.
    pub peak_at: f64,
    /// Growth from start to end by the robust slope, in the unit of the values; `None` of fewer than ten points.
    pub growth: Option<f64>,
    /// The 95% interval of the growth.
    pub interval: Option<Interval>,
}

/// The trend of `(seconds, value)` samples; those that are no numbers are left out. `None` when nothing is left.
#[must_use]
pub fn trend(samples: &[(f64, f64)]) -> Option<Trend> {
    let mut points: Vec<(f64, f64)> =
        samples.iter().copied().filter(|(time, value)| time.is_finite() && value.is_finite()).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (first, last) = (points.first()?.0, points.last()?.0);
    let highest = points.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1))?;
    let seconds = last - first;
    let slope = slope(&blocks(&points));
    Some(Trend {
        samples: points.len(),
        seconds,
        peak: highest.1,
        peak_at: highest.0 - first,
        growth: slope.map(|(slope, _)| slope * seconds),
        interval: slope.map(|(_, it)| Interval { lower: it.lower * seconds, upper: it.upper * seconds }),
    })
}

fn blocks(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    points
        .chunks(points.len().div_ceil(BLOCKS).max(1))
        .map(|block| (median(block.iter().map(|it| it.0).collect()), median(block.iter().map(|it| it.1).collect())))
        .collect()
}

/// Sen's slope and its interval.
fn slope(points: &[(f64, f64)]) -> Option<(f64, Interval)> {
    let n = points.len();
    if n < FEWEST_POINTS {
        return None;
    }
    let mut slopes: Vec<f64> = points
        .iter()
        .enumerate()
        .flat_map(|(index, (t0, v0))| points.iter().skip(index + 1).map(move |(t1, v1)| (t1 - t0, v1 - v0)))
        .filter(|(time, _)| *time > 0.0)
        .map(|(time, value)| value / time)
        .collect();
    slopes.sort_by(f64::total_cmp);
    let (pairs, n) = (slopes.len() as f64, n as f64);
    let centre = median(slopes.clone());
    let r = correlation(points, centre);
    let variance = n * (n - 1.0) * (2.0 * n + 5.0) / 18.0 * (1.0 + r) / (1.0 - r);
    let reach = NORMAL_QUANTILE * variance.sqrt();
    let at = |rank: f64| slopes.get((rank.max(0.0) as usize).min(slopes.len().saturating_sub(1))).copied();
    let interval =
        Interval { lower: at(((pairs - reach) / 2.0).floor())?, upper: at(f64::midpoint(pairs, reach).ceil())? };
    Some((centre, interval))
}

/// The correlation of neighbours in what a line of this slope leaves over, at least 0.
fn correlation(points: &[(f64, f64)], slope: f64) -> f64 {
    let left: Vec<f64> = points.iter().map(|(time, value)| value - slope * time).collect();
    let n = left.len() as f64;
    let mean = left.iter().sum::<f64>() / n;
    let left: Vec<f64> = left.into_iter().map(|value| value - mean).collect();
    let squares: f64 = left.iter().map(|value| value * value).sum();
    let products: f64 = left.iter().zip(left.iter().skip(1)).map(|(one, next)| one * next).sum();
    if products <= 0.0 || squares <= 0.0 || n <= 4.0 {
        return 0.0;
    }
    let seen = products / squares;
    ((n * seen + 2.0) / (n - 4.0)).min(MOST_CORRELATION)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn series(growth: f64, noise: f64, n: usize) -> Vec<(f64, f64)> {
        let mut random = Random::new(8);
        (0..n).map(|i| (i as f64 * 10.0, 1000.0 + growth * i as f64 / n as f64 + noise * random.normal())).collect()
    }

    #[test]
    fn growth_is_found_in_noise_and_not_made_of_it() {
        for n in [60, 5000] {
            let leaking = trend(&series(200.0, 20.0, n)).unwrap();
            let it = leaking.interval.unwrap();
            assert!(it.lower > 150.0 && it.upper < 250.0, "{leaking:?}");
            let steady = trend(&series(0.0, 20.0, n)).unwrap().interval.unwrap();
            assert!(steady.lower < 0.0 && steady.upper > 0.0, "{steady:?}");
        }
    }

    /// Memory that wanders: a first-order autoregression, with growth.
    fn wandering(random: &mut Random, correlation: f64, growth: f64, n: usize) -> Vec<(f64, f64)> {
        let mut state = random.normal();
        (0..n)
            .map(|i| {
                state = correlation * state + (1.0 - correlation * correlation).sqrt() * random.normal();
                (i as f64, 1000.0 + growth * i as f64 / n as f64 + state)
            })
            .collect()
    }

    #[test]
    fn memory_that_wanders_is_no_leak_and_a_leak_is_one() {
        // Growth above zero is claimed falsely in 2.5% of series; 200 points of correlation 0.97 are worth three, the limit is rough there.
        for (correlation, most, least) in [(0.0, 0.05, 0.99), (0.5, 0.05, 0.99), (0.9, 0.07, 0.95), (0.97, 0.12, 0.7)] {
            let mut random = Random::new(21);
            let runs = 200;
            let mut claimed = |growth: f64| {
                let above = |_: &usize| {
                    let found = trend(&wandering(&mut random, correlation, growth, 200)).unwrap();
                    found.interval.unwrap().lower > 0.0
                };
                (0..runs).filter(above).count() as f64 / runs as f64
            };
            let (falsely, rightly) = (claimed(0.0), claimed(12.0));
            assert!(falsely <= most, "correlation {correlation}: {falsely}");
            assert!(rightly >= least, "correlation {correlation}: {rightly}");
        }
    }

    #[test]
    fn spikes_do_not_move_the_slope() {
        let mut points = series(0.0, 1.0, 100);
        points.iter_mut().skip(90).step_by(3).for_each(|it| it.1 = 9000.0);
        let found = trend(&points).unwrap();
        assert!(found.growth.unwrap().abs() < 3.0 && (found.peak - 9000.0).abs() < 1e-9);
    }

    #[test]
    fn sens_slope_of_a_small_example() {
        // Ten points on a line with one outlier: the median of the pairwise slopes is the line's.
        let mut points: Vec<(f64, f64)> = (0..10).map(|i| (f64::from(i), 2.0 * f64::from(i))).collect();
        if let Some(last) = points.last_mut() {
            last.1 = 500.0;
        }
        assert!((slope(&points).unwrap().0 - 2.0).abs() < 1e-12);
        assert_eq!(trend(&points[..9]).unwrap().growth, None);
        assert_eq!(trend(&[(0.0, f64::NAN)]), None);
    }
}
