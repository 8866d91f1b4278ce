//! Rank statistics. They explain a verdict; they do not make it, because their level holds for one look at independent windows.

use statrs::function::erf::erfc;

/// How two samples compare by rank.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Ranks {
    /// U of the first sample: the pairs in which it is larger, ties as a half.
    pub u: f64,
    /// Two-sided p-value of one look: normal approximation with correction for ties and continuity.
    pub p_value: f64,
    /// Cliff's delta: `P(first > second) - P(first < second)`, from -1 to 1 (Cliff, Psychological Bulletin 114, 1993).
    pub cliffs_delta: f64,
}

/// Mann and Whitney's U (Annals of Mathematical Statistics 18, 1947). `None` when a sample is empty.
#[must_use]
pub fn mann_whitney(first: &[f64], second: &[f64]) -> Option<Ranks> {
    if first.is_empty() || second.is_empty() {
        return None;
    }
    let mut all: Vec<(f64, bool)> =
        first.iter().map(|x| (*x, true)).chain(second.iter().map(|x| (*x, false))).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (n, m) = (first.len() as f64, second.len() as f64);
    let (mut rank_sum, mut ties, mut before) = (0.0, 0.0, 0.0);
    for group in all.chunk_by(|a, b| a.0 == b.0) {
        let size = group.len() as f64;
        rank_sum += (before + f64::midpoint(size, 1.0)) * group.iter().filter(|(_, of_first)| *of_first).count() as f64;
        ties += size.powi(3) - size;
        before += size;
    }
    let u = rank_sum - n * (n + 1.0) / 2.0;
    let total = n + m;
    let variance = n * m / 12.0 * (total + 1.0 - ties / (total * (total - 1.0)).max(1.0));
    let distance = ((u - n * m / 2.0).abs() - 0.5).max(0.0);
    let p_value = if variance > 0.0 { erfc(distance / variance.sqrt() / std::f64::consts::SQRT_2) } else { 1.0 };
    Some(Ranks { u, p_value, cliffs_delta: 2.0 * u / (n * m) - 1.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_a_published_example() {
        // Hollander and Wolfe (1973), 69f., as in R's documentation of wilcox.test: W = 35.
        let x = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
        let y = [1.15, 0.88, 0.90, 0.74, 1.21];
        let found = mann_whitney(&x, &y).unwrap();
        assert!((found.u - 35.0).abs() < 1e-12);
        // R, exact = FALSE, correct = TRUE, two-sided: z = (35 - 25 - 0.5) / sqrt(200 / 3).
        assert!((found.p_value - 0.2446).abs() < 5e-4, "{}", found.p_value);
        assert!((found.cliffs_delta - 0.4).abs() < 1e-12);
    }

    #[test]
    fn ties_and_extremes() {
        let same = mann_whitney(&[1.0; 5], &[1.0; 5]).unwrap();
        assert!((same.p_value - 1.0).abs() < 1e-12 && same.cliffs_delta.abs() < 1e-12);
        let apart = mann_whitney(&[2.0; 20], &[1.0; 20]).unwrap();
        assert!(apart.p_value < 1e-6 && (apart.cliffs_delta - 1.0).abs() < 1e-12);
        assert_eq!(mann_whitney(&[], &[1.0]), None);
    }
}
