//! Whether a benchmark got slower: the ratio of two medians and its bootstrap interval.
//!
//! The interval is that of the bootstrap by percentiles (Efron, Annals of Statistics 7, 1979). It assumes that samples of one run are
//! independent and that both runs were made on an equal machine; what changes between two runs as a whole, no interval of theirs can show.

use serde::Serialize;

use crate::exact::Interval;
use crate::features::median;
use crate::random::Random;

/// Resamples: the limits of a 99.9% interval still rest on several of them.
const RESAMPLES: usize = 10_000;
/// Fewer samples of a run than this give no interval: the bootstrap cannot imagine what it has not seen.
pub const FEWEST_SAMPLES: usize = 5;

/// What a benchmark run measured.
#[derive(Debug, Clone, PartialEq)]
pub enum Measurement {
    /// Every sample.
    Samples(Vec<f64>),
    /// Only a summary; the mean is then taken as normal.
    Summary {
        /// Mean of the samples.
        mean: f64,
        /// Their standard deviation.
        deviation: f64,
        /// Their number.
        samples: usize,
    },
}

impl Measurement {
    /// Number of samples.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Samples(samples) => samples.len(),
            Self::Summary { samples, .. } => *samples,
        }
    }

    /// Whether there is no sample.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The median, or the mean of a summary.
    #[must_use]
    pub fn centre(&self) -> f64 {
        match self {
            Self::Samples(samples) => median(samples.clone()),
            Self::Summary { mean, .. } => *mean,
        }
    }

    fn resampled(&self, random: &mut Random) -> f64 {
        match self {
            Self::Samples(samples) => {
                median((0..samples.len()).filter_map(|_| samples.get(random.below(samples.len())).copied()).collect())
            }
            Self::Summary { mean, deviation, samples } => mean + deviation / (*samples as f64).sqrt() * random.normal(),
        }
    }
}

/// How a benchmark changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Slower by more than the threshold, for sure.
    Slower,
    /// Faster by more than the threshold, for sure.
    Faster,
    /// Within the threshold, for sure.
    Same,
    /// The interval reaches beyond the threshold: noise, as far as these samples tell.
    Unclear,
    /// There are too few samples for an interval.
    TooFew,
}

/// The comparison of one benchmark.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// What changed.
    pub change: Change,
    /// Time per operation now over that before.
    pub ratio: f64,
    /// The interval of the ratio; `None` with too few samples.
    pub interval: Option<Interval>,
}

/// Compares times per operation: `current` over `baseline`. `threshold` is a share (0.05 is 5%); `alpha` is the probability of calling a
/// benchmark slower that is not, to be divided by the number of benchmarks that are compared.
#[must_use]
pub fn compare(baseline: &Measurement, current: &Measurement, threshold: f64, alpha: f64, seed: u64) -> Comparison {
    let ratio = current.centre() / baseline.centre();
    if baseline.len() < FEWEST_SAMPLES || current.len() < FEWEST_SAMPLES || !ratio.is_finite() || ratio <= 0.0 {
        return Comparison { change: Change::TooFew, ratio, interval: None };
    }
    let mut random = Random::new(seed);
    let mut ratios: Vec<f64> =
        (0..RESAMPLES).map(|_| current.resampled(&mut random) / baseline.resampled(&mut random)).collect();
    ratios.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let index = (share * (RESAMPLES - 1) as f64).round() as usize;
        ratios.get(index).copied().unwrap_or(ratio)
    };
    let interval = Interval { lower: at(alpha), upper: at(1.0 - alpha) };
    let (slower, faster) = (1.0 + threshold, 1.0 / (1.0 + threshold));
    let change = if interval.lower > slower {
        Change::Slower
    } else if interval.upper < faster {
        Change::Faster
    } else if interval.lower >= faster && interval.upper <= slower {
        Change::Same
    } else {
        Change::Unclear
    };
    Comparison { change, ratio, interval: Some(interval) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(centre: f64, spread: f64, n: usize, seed: u64) -> Measurement {
        let mut random = Random::new(seed);
        Measurement::Samples((0..n).map(|_| centre * (spread * random.normal()).exp()).collect())
    }

    #[test]
    fn a_change_is_told_from_noise() {
        let of = |current: &Measurement| compare(&samples(10.0, 0.03, 40, 1), current, 0.05, 0.05, 1).change;
        assert_eq!(of(&samples(12.0, 0.03, 40, 2)), Change::Slower);
        assert_eq!(of(&samples(8.0, 0.03, 40, 2)), Change::Faster);
        assert_eq!(of(&samples(10.0, 0.03, 40, 2)), Change::Same);
        assert_eq!(of(&samples(10.5, 0.3, 40, 2)), Change::Unclear);
        assert_eq!(of(&samples(20.0, 0.03, 4, 2)), Change::TooFew);
        assert_eq!(of(&Measurement::Summary { mean: 12.0, deviation: 0.4, samples: 40 }), Change::Slower);
        assert_eq!(of(&Measurement::Samples(vec![0.0; 9])), Change::TooFew);
    }

    #[test]
    fn noise_seldom_fails_a_build() {
        let failed = (0..100_u64).filter(|seed| {
            let (a, b) = (samples(10.0, 0.1, 20, 2 * seed), samples(10.0, 0.1, 20, 2 * seed + 1));
            compare(&a, &b, 0.0, 0.05, 1).change == Change::Slower
        });
        // 5% is promised for a threshold of nothing; with a threshold it is far less.
        assert!(failed.count() <= 12);
    }
}
