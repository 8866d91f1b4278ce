//! From scores to evidence: conformal p-values, and a bet against them.

use crate::eprocess::log_mean;
use crate::random::Random;

/// Exponents of the bets `k * p^(k - 1)`, each of which has expectation 1 for a uniform p (Vovk and Wang, "E-values: Calibration,
/// combination and applications", Annals of Statistics 49, 2021).
const EXPONENTS: [f64; 8] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.85];

/// Longest lag, in windows, at which scores are held against each other.
const LAGS: usize = 20;

/// Scores of windows in which nothing was wrong.
#[derive(Debug, Clone)]
pub(crate) struct Calibration {
    sorted: Vec<f64>,
    /// How many times as many windows would be needed as if each were independent of those before; at least 1.
    pub(crate) inflation: f64,
}

impl Calibration {
    /// From scores in order of time.
    pub(crate) fn new(scores: &[f64]) -> Self {
        let mut sorted = scores.to_vec();
        sorted.sort_by(f64::total_cmp);
        // Ranks, not scores: the bet is on p-values, and ranks have no outliers.
        let ranks: Vec<f64> = scores
            .iter()
            .map(|score| sorted.partition_point(|other| other < score) as f64 / scores.len() as f64)
            .collect();
        Self { sorted, inflation: inflation(&ranks) }
    }

    /// The conformal p-value: the rank of the score among those of the calibration, ties broken at random. Uniform when the new window is
    /// like those (Vovk, Gammerman and Shafer, "Algorithmic Learning in a Random World", 2005, section 2.3).
    pub(crate) fn p_value(&self, score: f64, random: &mut Random) -> f64 {
        let above = self.sorted.len() - self.sorted.partition_point(|other| *other <= score);
        let not_below = self.sorted.len() - self.sorted.partition_point(|other| *other < score);
        let ties = (not_below - above + 1) as f64;
        // 1 - unit: never 0.
        (above as f64 + (1.0 - random.unit()) * ties) / (self.sorted.len() + 1) as f64
    }
}

/// `1 + 2 * sum of autocorrelations`, up to the first that is not clearly positive (Geyer, Statistical Science 7, 1992).
fn inflation(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let covariance =
        |lag: usize| values.iter().zip(values.iter().skip(lag)).map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>() / n;
    let variance = covariance(0);
    if variance.is_nan() || variance <= 0.0 {
        return 1.0;
    }
    let noise = 1.0 / n.sqrt();
    let positive = (1..=LAGS).map(|lag| covariance(lag) / variance).take_while(|rho| *rho > noise);
    1.0 + 2.0 * positive.sum::<f64>()
}

/// A bettor against the p-values: the mean of several, each with its own exponent. Its capital is an e-process.
#[derive(Debug, Clone)]
pub(crate) struct Bet {
    logs: [f64; EXPONENTS.len()],
    inflation: f64,
}

impl Bet {
    pub(crate) fn new(inflation: f64) -> Self {
        Self { logs: [0.0; EXPONENTS.len()], inflation: inflation.max(1.0) }
    }

    /// Takes in one p-value and answers the logarithm of the capital.
    pub(crate) fn observe(&mut self, p: f64) -> f64 {
        for (log, k) in self.logs.iter_mut().zip(EXPONENTS) {
            *log += (k.ln() + (k - 1.0) * p.ln()) / self.inflation;
        }
        log_mean(&self.logs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p_values_of_like_windows_are_uniform() {
        let mut random = Random::new(5);
        let scores: Vec<f64> = (0..500).map(|_| random.unit()).collect();
        let calibration = Calibration::new(&scores);
        assert!(calibration.inflation < 1.3, "{}", calibration.inflation);
        let small = (0..2000)
            .filter(|_| {
                let s = random.unit();
                calibration.p_value(s, &mut Random::new(1)) <= 0.1
            })
            .count();
        assert!((130..270).contains(&small), "{small}");
        let p = calibration.p_value(2.0, &mut random);
        assert!(p > 0.0 && p <= 1.0 / 501.0, "{p}");
        let ties = Calibration::new(&[1.0; 9]);
        let spread: Vec<f64> = (0..100).map(|_| ties.p_value(1.0, &mut random)).collect();
        assert!(spread.iter().any(|p| *p < 0.2) && spread.iter().any(|p| *p > 0.8));
    }

    #[test]
    fn a_bet_against_uniform_p_values_seldom_gets_rich() {
        let rich = (0..1000_u64).filter(|seed| {
            let mut random = Random::split(11, *seed);
            let mut bet = Bet::new(1.0);
            (0..100).any(|_| bet.observe(1.0 - random.unit()) >= 20.0_f64.ln())
        });
        // Ville's inequality allows 5%.
        assert!(rich.count() <= 50);
        let mut bet = Bet::new(1.0);
        let capital = (0..10).fold(0.0, |_, _| bet.observe(0.01));
        assert!(capital > 9.0, "{capital}");
    }

    #[test]
    fn windows_that_resemble_the_last_count_for_less() {
        let mut random = Random::new(9);
        let mut state = 0.0;
        let series: Vec<f64> = (0..2000)
            .map(|_| {
                state = 0.5 * state + random.normal();
                state
            })
            .collect();
        // AR(1) with 0.5: (1 + 0.5) / (1 - 0.5).
        let found = inflation(&series);
        assert!((2.5..3.5).contains(&found), "{found}");
        assert!((inflation(&[1.0; 50]) - 1.0).abs() < f64::EPSILON);
    }
}
