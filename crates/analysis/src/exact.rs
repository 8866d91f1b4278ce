//! Exact tests and limits for counts.

use statrs::function::beta::beta_reg;
use statrs::function::gamma::gamma_lr;

/// A lower and an upper limit.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Interval {
    /// Lower limit.
    pub lower: f64,
    /// Upper limit; infinite when the data put none.
    pub upper: f64,
}

/// `P(X >= successes)` for `X ~ Binomial(trials, p)`: the one-sided exact binomial test.
///
/// By the identity with the incomplete beta function, `P(X >= k) = I_p(k, n - k + 1)` (NIST DLMF 8.17.5).
#[must_use]
pub fn binomial_upper_tail(successes: f64, trials: f64, p: f64) -> f64 {
    if successes <= 0.0 {
        1.0
    } else if successes > trials || p <= 0.0 {
        0.0
    } else if p >= 1.0 {
        1.0
    } else {
        beta_reg(successes, trials - successes + 1.0, p)
    }
}

/// The `probability` quantile of `Beta(a, b)`, by bisection of the regularised incomplete beta function to the last bit or so.
#[must_use]
pub fn beta_quantile(probability: f64, a: f64, b: f64) -> f64 {
    bisect(0.0, 1.0, |x| beta_reg(a, b, x) < probability)
}

/// The `probability` quantile of the chi-squared distribution.
#[must_use]
pub fn chi_squared_quantile(probability: f64, degrees: f64) -> f64 {
    let below = |x: f64| x <= 0.0 || gamma_lr(degrees / 2.0, x / 2.0) < probability;
    let mut high = degrees.max(1.0);
    while below(high) && high < f64::MAX / 4.0 {
        high *= 2.0;
    }
    bisect(0.0, high, below)
}

/// The largest `x` for which `below` holds, of a predicate that holds up to some point.
fn bisect(mut low: f64, mut high: f64, below: impl Fn(f64) -> bool) -> f64 {
    // 200 halvings end at neighbouring numbers for any interval that occurs.
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if below(middle) { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// Lower limit of a proportion at one-sided level `alpha` (Clopper and Pearson, Biometrika 26, 1934).
#[must_use]
pub fn proportion_lower(successes: f64, trials: f64, alpha: f64) -> f64 {
    if successes <= 0.0 { 0.0 } else { beta_quantile(alpha, successes, trials - successes + 1.0) }
}

/// Upper limit of a proportion at one-sided level `alpha` (Clopper and Pearson, 1934).
#[must_use]
pub fn proportion_upper(successes: f64, trials: f64, alpha: f64) -> f64 {
    if successes >= trials { 1.0 } else { beta_quantile(1.0 - alpha, successes + 1.0, trials - successes) }
}

/// Events of both arms, and what they are counted against.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize)]
pub struct Counts {
    /// Events of the canary.
    pub canary: f64,
    /// Requests of the canary.
    pub canary_total: f64,
    /// Events of the baseline.
    pub baseline: f64,
    /// Requests of the baseline.
    pub baseline_total: f64,
}

impl Counts {
    /// The ratio of the rates as observed; `None` when the baseline has no event or an arm no request.
    #[must_use]
    pub fn ratio(&self) -> Option<f64> {
        let known = self.baseline > 0.0 && self.canary_total > 0.0 && self.baseline_total > 0.0;
        known.then(|| (self.canary / self.canary_total) / (self.baseline / self.baseline_total))
    }

    /// Exact lower limit of the ratio of the two rates at one-sided level `alpha`.
    ///
    /// Given the number of all events, those of the canary are binomial with `p = ratio * w / (1 + ratio * w)`, where `w` is the
    /// ratio of the requests (Przyborowski and Wilenski, Biometrika 31, 1940). The limit of `p` is that of Clopper and Pearson.
    #[must_use]
    pub fn ratio_lower(&self, alpha: f64) -> f64 {
        self.as_ratio(proportion_lower(self.canary, self.canary + self.baseline, alpha))
    }

    /// Exact upper limit of the ratio of the two rates at one-sided level `alpha`, as [`ratio_lower`](Self::ratio_lower).
    #[must_use]
    pub fn ratio_upper(&self, alpha: f64) -> f64 {
        self.as_ratio(proportion_upper(self.canary, self.canary + self.baseline, alpha))
    }

    fn as_ratio(&self, p: f64) -> f64 {
        if p >= 1.0 { f64::INFINITY } else { p / (1.0 - p) * self.baseline_total / self.canary_total }
    }

    /// Whole numbers of them, for the exact limits: after all windows are added up, since each may hold less than half an event.
    #[must_use]
    pub(crate) fn rounded(&self) -> Self {
        Self {
            canary: self.canary.round(),
            canary_total: self.canary_total.round(),
            baseline: self.baseline.round(),
            baseline_total: self.baseline_total.round(),
        }
    }

    /// Adds those of another window.
    pub fn add(&mut self, other: &Self) {
        self.canary += other.canary;
        self.canary_total += other.canary_total;
        self.baseline += other.baseline;
        self.baseline_total += other.baseline_total;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(found: f64, expected: f64, tolerance: f64) {
        assert!((found - expected).abs() <= tolerance, "{found} is not {expected}");
    }

    #[test]
    fn binomial_tails_are_the_exact_sums() {
        // 10 throws of a coin: 1 - 638/1024 and 11/1024.
        close(binomial_upper_tail(6.0, 10.0, 0.5), 386.0 / 1024.0, 1e-14);
        close(binomial_upper_tail(9.0, 10.0, 0.5), 11.0 / 1024.0, 1e-14);
        // R's documentation of binom.test (Conover 1971, p. 97): 682 of 925 at p = 0.75 has the two-sided p-value 0.3825.
        let mass = |k: u16| {
            binomial_upper_tail(f64::from(k), 925.0, 0.75) - binomial_upper_tail(f64::from(k) + 1.0, 925.0, 0.75)
        };
        let two_sided: f64 = (0..=925).map(mass).filter(|it| *it <= mass(682) * (1.0 + 1e-7)).sum();
        close(two_sided, 0.3825, 5e-5);
        for (k, p, expected) in [(0.0, 0.3, 1.0), (4.0, 0.3, 0.0), (2.0, 0.0, 0.0), (2.0, 1.0, 1.0)] {
            close(binomial_upper_tail(k, 3.0, p), expected, 0.0);
        }
    }

    #[test]
    fn clopper_pearson_agrees_with_published_limits() {
        // R, `binom.test(682, 682 + 243, p = 3/4)`: 95% interval 0.7076683 to 0.7654066.
        close(proportion_lower(682.0, 925.0, 0.025), 0.707_668_3, 1e-7);
        close(proportion_upper(682.0, 925.0, 0.025), 0.765_406_6, 1e-7);
        // Closed forms at the ends: the "rule of three" is 1 - alpha^(1/n).
        close(proportion_upper(0.0, 10.0, 0.025), 1.0 - 0.025_f64.powf(0.1), 1e-14);
        close(proportion_lower(10.0, 10.0, 0.025), 0.025_f64.powf(0.1), 1e-14);
        close(proportion_lower(0.0, 10.0, 0.025), 0.0, 0.0);
        close(proportion_upper(10.0, 10.0, 0.025), 1.0, 0.0);
        // Table of Clopper and Pearson limits: 5 of 20 is 0.0866 to 0.4910.
        close(proportion_lower(5.0, 20.0, 0.025), 0.0866, 5e-5);
        close(proportion_upper(5.0, 20.0, 0.025), 0.4910, 5e-5);
    }

    #[test]
    fn quantiles_agree_with_tables() {
        close(beta_quantile(0.5, 1.0, 1.0), 0.5, 1e-15);
        close(beta_quantile(0.25, 1.0, 3.0), 1.0 - 0.75_f64.cbrt(), 1e-14);
        close(beta_quantile(0.5, 2.0, 2.0), 0.5, 1e-14);
        // NIST/SEMATECH e-Handbook, table of critical values of chi-squared.
        for (p, degrees, expected) in
            [(0.95, 1.0, 3.841), (0.95, 10.0, 18.307), (0.10, 15.0, 8.547), (0.99, 100.0, 135.807)]
        {
            close(chi_squared_quantile(p, degrees), expected, 6e-4);
        }
    }

    #[test]
    fn limits_of_a_ratio_of_rates() {
        let counts = Counts { canary: 30.0, canary_total: 1000.0, baseline: 10.0, baseline_total: 1000.0 };
        close(counts.ratio().unwrap(), 3.0, 1e-12);
        assert!(counts.ratio_lower(0.025) > 1.4 && counts.ratio_upper(0.025) < 6.9);
        let half = Counts { canary_total: 500.0, ..counts };
        close(half.ratio_lower(0.025), 2.0 * counts.ratio_lower(0.025), 1e-12);
        let none = Counts { canary: 0.0, canary_total: 1.0, baseline: 0.0, baseline_total: 1.0 };
        assert_eq!((none.ratio(), none.ratio_lower(0.1)), (None, 0.0));
        assert!(none.ratio_upper(0.1).is_infinite());
    }
}
