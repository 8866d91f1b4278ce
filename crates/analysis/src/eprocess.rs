//! Tests that may be looked at after every window: e-processes.
//!
//! An e-process starts at 1 and cannot be expected to grow while the canary is no worse than allowed. By Ville's inequality it then ever
//! reaches `1 / alpha` with a probability of at most `alpha`, however often one looks (Ramdas, Grünwald, Vovk and Shafer,
//! "Game-theoretic statistics and safe anytime-valid inference", Statistical Science 38, 2023).

use crate::exact::Counts;

/// The ratios of rates that are bet on, as multiples of the largest one that is allowed: from a slight excess to a broken release.
const ALTERNATIVES: [f64; 12] = [1.1, 1.25, 1.5, 1.8, 2.2, 2.7, 3.5, 4.5, 6.0, 9.0, 15.0, 30.0];

/// Probability with which an excess has to show for it to count as detectable, as a quantile of the normal distribution: 90%.
const POWER_QUANTILE: f64 = 1.281_551_565_5;

/// The conditional-binomial e-process for the ratio of two rates.
///
/// Given all events of a window, those of the canary are binomial, with a probability of at most `p0 = max_ratio * n / (max_ratio * n + m)`
/// for `n` and `m` requests (Przyborowski and Wilenski, 1940). Whatever moves both arms alike cancels. For each larger ratio `r` the
/// likelihood ratio `(p_r / p0)^canary * ((1 - p_r) / (1 - p0))^baseline` is a supermartingale; so is their mean over a set of ratios.
/// With a dispersion `d > 1`, each factor is raised to `1 / d` (quasi-likelihood; by Jensen's inequality this never helps to reject).
#[derive(Debug, Clone)]
pub(crate) struct RatioProcess {
    max_ratio: f64,
    dispersion: f64,
    /// Logarithm of the likelihood ratio of each alternative.
    logs: [f64; ALTERNATIVES.len()],
}

impl RatioProcess {
    pub(crate) fn new(max_ratio: f64, dispersion: f64) -> Self {
        Self { max_ratio, dispersion: dispersion.max(1.0), logs: [0.0; ALTERNATIVES.len()] }
    }

    /// Takes in one window and answers the logarithm of the e-value.
    pub(crate) fn observe(&mut self, counts: &Counts) -> f64 {
        if counts.canary_total > 0.0 && counts.baseline_total > 0.0 {
            for (log, alternative) in self.logs.iter_mut().zip(ALTERNATIVES) {
                let (of_canary, of_baseline) = log_ratios(self.max_ratio, self.max_ratio * alternative, counts);
                *log += (counts.canary * of_canary + counts.baseline * of_baseline) / self.dispersion;
            }
        }
        log_mean(&self.logs)
    }
}

/// Logarithms of `p_r / p0` and of `(1 - p_r) / (1 - p0)`.
fn log_ratios(allowed: f64, alternative: f64, counts: &Counts) -> (f64, f64) {
    let weight = counts.canary_total / counts.baseline_total;
    let both = ((1.0 + allowed * weight) / (1.0 + alternative * weight)).ln();
    ((alternative / allowed).ln() + both, both)
}

/// Logarithm of the mean of exponentials, without overflow.
pub(crate) fn log_mean(logs: &[f64]) -> f64 {
    let highest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if highest.is_finite() {
        highest + (logs.iter().map(|log| (log - highest).exp()).sum::<f64>() / logs.len() as f64).ln()
    } else {
        highest
    }
}

/// The smallest ratio of rates that so many requests would have shown with 90% probability, given the baseline's rate.
///
/// The log e-value is about normal; its mean and variance under a ratio follow from Poisson counts. The mixture costs at most
/// the logarithm of the number of its members. `None` when not even a ratio of 1,000 would have shown.
pub(crate) fn detectable(total: &Counts, max_ratio: f64, dispersion: f64, log_threshold: f64) -> Option<f64> {
    if total.baseline <= 0.0 || total.canary_total <= 0.0 || total.baseline_total <= 0.0 {
        return None;
    }
    let rate = total.baseline / total.baseline_total;
    let shows = |ratio: f64| {
        let (of_canary, of_baseline) = log_ratios(max_ratio, ratio, total);
        let (canary, baseline) = (rate * ratio * total.canary_total, total.baseline);
        let mean = (canary * of_canary + baseline * of_baseline) / dispersion;
        let variance = (canary * of_canary.powi(2) + baseline * of_baseline.powi(2)) / dispersion;
        mean - POWER_QUANTILE * variance.sqrt() >= log_threshold + (ALTERNATIVES.len() as f64).ln()
    };
    let (mut low, mut high) = (max_ratio, 1000.0);
    if !shows(high) {
        return None;
    }
    while high / low > 1.001 {
        let middle = (low * high).sqrt();
        if shows(middle) { high = middle } else { low = middle }
    }
    Some(high)
}

/// How much more than binomial the counts of two equal arms differ.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Dispersion {
    /// The factor by which the variance exceeds the binomial one; at least 1.
    pub factor: f64,
    /// Windows it was seen in.
    pub windows: usize,
}

/// Windows in a row whose counts are added up, so that differences that last for minutes count as such.
const BLOCK: usize = 10;
/// Fewest blocks to judge by them.
const MIN_BLOCKS: usize = 10;
/// Fewest windows to judge by anything.
const MIN_WINDOWS: usize = 5;
/// The limit is one-sided at this level when there are few windows.
const CAUTION: f64 = 0.10;
/// So many windows are enough to take the estimate as it is.
const MANY: usize = 300;

impl Dispersion {
    /// Of A/A windows: Pearson's statistic over its degrees of freedom, of single windows and of blocks of ten, the larger of both
    /// (McCullagh and Nelder, "Generalized Linear Models", 1989, section 4.5). From few windows the upper 90% limit of it is taken, by the
    /// chi-squared distribution. `None` when there are fewer than five windows with events.
    pub(crate) fn of(windows: &[Counts]) -> Option<Self> {
        let residuals: Vec<(f64, f64)> = windows
            .iter()
            .filter(|it| it.canary + it.baseline > 0.0)
            .map(|it| {
                let (events, p) = (it.canary + it.baseline, it.canary_total / (it.canary_total + it.baseline_total));
                (it.canary - events * p, events * p * (1.0 - p))
            })
            .collect();
        if residuals.len() < MIN_WINDOWS {
            return None;
        }
        let sums = |part: &[(f64, f64)]| part.iter().fold((0.0, 0.0), |(x, v), (dx, dv)| (x + dx, v + dv));
        let pearson = |parts: &[(f64, f64)]| {
            let (squares, variance) = parts.iter().fold((0.0, 0.0), |(s, v), (x, dv)| (s + x * x, v + dv));
            if variance > 0.0 { squares / variance } else { 1.0 }
        };
        let mut factor = cautious(pearson(&residuals), residuals.len());
        let blocks: Vec<(f64, f64)> = residuals.chunks_exact(BLOCK).map(sums).collect();
        if blocks.len() >= MIN_BLOCKS {
            factor = factor.max(pearson(&blocks));
        }
        Some(Self { factor: factor.max(1.0), windows: residuals.len() })
    }
}

fn cautious(estimate: f64, windows: usize) -> f64 {
    if windows >= MANY {
        return estimate;
    }
    estimate * windows as f64 / crate::exact::chi_squared_quantile(CAUTION, windows as f64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::exact::binomial_upper_tail;

    fn counts(canary: f64, baseline: f64) -> Counts {
        Counts { canary, canary_total: 300.0, baseline, baseline_total: 300.0 }
    }

    #[test]
    fn the_expected_e_value_is_one_at_the_limit_and_less_below() {
        // The sum over all outcomes of one window with 40 events, at ratio 1.1 and at 1.0.
        let n = 40.0;
        for (ratio, weight) in [(1.1, 1.0), (1.0, 1.0), (0.5, 1.0), (1.1, 0.1), (1.0, 9.0)] {
            let p = ratio * weight / (1.0 + ratio * weight);
            let expected: f64 = (0..=40_u8)
                .map(|k| {
                    let k = f64::from(k);
                    let probability = binomial_upper_tail(k, n, p) - binomial_upper_tail(k + 1.0, n, p);
                    let seen =
                        Counts { canary: k, canary_total: 100.0 * weight, baseline: n - k, baseline_total: 100.0 };
                    probability * RatioProcess::new(1.1, 1.0).observe(&seen).exp()
                })
                .sum();
            if ratio < 1.1 {
                assert!(expected < 1.0, "{expected}")
            } else {
                assert!((expected - 1.0).abs() < 1e-9, "{expected}")
            }
        }
    }

    #[test]
    fn one_ratio_gives_the_textbook_likelihood_ratio() {
        let (canary, baseline) = log_ratios(1.0, 3.0, &counts(1.0, 1.0));
        assert!((canary - (0.75_f64 / 0.5).ln()).abs() < 1e-12 && (baseline - (0.25_f64 / 0.5).ln()).abs() < 1e-12);
        assert!((log_mean(&[0.0, 3.0_f64.ln()]) - 2.0_f64.ln()).abs() < 1e-12);
        assert!(log_mean(&[f64::NEG_INFINITY; 2]).is_infinite());
    }

    #[test]
    fn more_data_show_less() {
        let of = |factor: f64| {
            let it = counts(45.0 * factor, 45.0 * factor);
            let total = Counts { canary_total: 9000.0 * factor, baseline_total: 9000.0 * factor, ..it };
            detectable(&total, 1.1, 1.0, 60.0_f64.ln()).unwrap()
        };
        assert!(
            of(1.0) > 2.0 && of(1.0) < 3.0 && of(0.2) > 4.0 && of(10.0) < 1.5,
            "{} {} {}",
            of(1.0),
            of(0.2),
            of(10.0)
        );
        assert_eq!(detectable(&counts(5.0, 0.0), 1.1, 1.0, 4.0), None);
    }

    #[test]
    fn dispersion_is_one_for_binomial_counts_and_larger_for_others() {
        let mut random = crate::random::Random::new(3);
        let mut windows = |noise: f64| {
            let arm = |random: &mut crate::random::Random| {
                let p = 0.1 * (noise * random.normal()).exp();
                f64::from((0..300).map(|_| u16::from(random.unit() < p)).sum::<u16>())
            };
            (0..600).map(|_| counts(arm(&mut random), arm(&mut random))).collect::<Vec<_>>()
        };
        let plain = Dispersion::of(&windows(0.0)).unwrap().factor;
        let noisy = Dispersion::of(&windows(0.3)).unwrap().factor;
        assert!(plain < 1.35, "{plain}");
        // Variance of the difference: 60 * 0.9 + 2 * (30 * 0.3)^2 against 60 * 0.9 or so.
        assert!(noisy > 2.8, "{noisy}");
        assert_eq!(Dispersion::of(&[counts(1.0, 1.0); 4]), None);
        let few = [counts(1.0, 3.0), counts(3.0, 1.0), counts(1.0, 3.0), counts(3.0, 1.0), counts(1.0, 3.0)];
        assert!(Dispersion::of(&few).unwrap().factor > 2.0);
    }

    proptest! {
        #[test]
        fn a_better_canary_never_gains_evidence(canary in 0_u32..200, more in 0_u32..200, dispersion in 1.0..9.0_f64) {
            let seen = counts(f64::from(canary), f64::from(canary + more));
            prop_assert!(RatioProcess::new(1.1, dispersion).observe(&seen) <= 1e-12);
        }

        #[test]
        fn more_errors_are_more_evidence(canary in 0_u32..200, baseline in 0_u32..200) {
            let of = |canary: u32| RatioProcess::new(1.1, 1.0).observe(&counts(f64::from(canary), f64::from(baseline)));
            prop_assert!(of(canary + 1) > of(canary));
        }
    }
}
