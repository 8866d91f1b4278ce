//! The choice of Spot instance types: `crates/pricing/benches/selection.rs`, built for release and held against its target.

use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use super::median;
use crate::checkout;

/// What is to be reached with 1,400 types and 30 days of price history.
const TARGET_SECONDS: f64 = 0.2;

/// What the benchmark prints.
#[derive(Deserialize)]
struct Measured {
    types: usize,
    points: usize,
    chosen: usize,
    seconds: Vec<f64>,
}

/// Builds and runs the benchmark; answers the result as Markdown.
///
/// # Errors
/// It cannot be built or run, or takes longer than it may.
pub fn run() -> Result<String> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["bench", "--quiet", "--package", "parapet-pricing", "--bench", "selection"])
        .current_dir(checkout::root())
        .output()
        .context("cannot run cargo")?;
    ensure!(output.status.success(), "the benchmark failed:\n{}", String::from_utf8_lossy(&output.stderr));
    let measured: Measured = serde_json::from_slice(&output.stdout)
        .with_context(|| format!("the benchmark printed {:?}", String::from_utf8_lossy(&output.stdout)))?;
    let (text, met) = judged(measured);
    ensure!(met, "the choice of Spot instance types misses its target of {TARGET_SECONDS} s\n{text}");
    Ok(text)
}

fn judged(measured: Measured) -> (String, bool) {
    let Measured { types, points, chosen, seconds } = measured;
    let runs = seconds.len();
    let taken = median(seconds);
    let met = taken <= TARGET_SECONDS;
    let verdict = if met { "met" } else { "**missed**" };
    let text = format!(
        "| types | prices | chosen | time, median of {runs} | to reach | |\n|--:|--:|--:|--:|--:|---|\n\
         | {types} | {points} | {chosen} | {taken:.3} s | {TARGET_SECONDS} s | {verdict} |\n"
    );
    (text, met)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_is_held_against_the_median() {
        let measured =
            |seconds: &[f64]| Measured { types: 1_400, points: 504_000, chosen: 20, seconds: seconds.to_vec() };
        let (text, met) = judged(measured(&[0.9, 0.1, 0.05]));
        assert!(met && text.contains("| 0.100 s | 0.2 s | met |"), "{text}");
        assert!(!judged(measured(&[0.3])).1);
    }
}
