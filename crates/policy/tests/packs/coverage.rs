//! How much of the packs their Rego tests evaluate.

use parapet_policy::unit::{self, UnitOptions};

use crate::packs;

/// Least share of all lines, in percent.
const TOGETHER: f64 = 95.0;
/// Least share of the lines of one file, in percent.
const EACH: f64 = 80.0;

#[test]
fn tests_evaluate_nearly_every_line() {
    let report = unit::run(&packs(), &UnitOptions { coverage: true, ..UnitOptions::default() })
        .unwrap_or_else(|error| panic!("{error}"));
    let files = report.coverage.as_ref().expect("coverage");
    let poor: Vec<String> = files
        .iter()
        .filter_map(|file| Some((file, file.percent()?)))
        .filter(|(_, share)| *share < EACH)
        .map(|(file, share)| format!("{} {share:.1}%, not {:?}", file.file, file.not_covered))
        .collect();
    assert!(poor.is_empty(), "less than {EACH}% of the lines are evaluated: {poor:#?}");
    let share = report.coverage_percent().expect("lines");
    assert!(share >= TOGETHER, "{share:.1}% of all lines are evaluated, {TOGETHER}% are asked for");
}
