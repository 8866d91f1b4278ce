//! Unit tests of rules, written in Rego and run as `opa test` runs them.
//!
//! A test is a rule whose name begins with `test_`, in a file that ends in `_test.rego`; it passes when its value is
//! `true`. `todo_test_` marks a test that is not ready: it is counted and not run. Every test is evaluated on its own,
//! so an error in one never hides the result of another.

use std::path::Path;
use std::time::Duration;

use crate::error::EngineError;

mod coverage;
mod discover;
mod run;
mod slow;

#[cfg(test)]
mod mutants;
#[cfg(test)]
mod tests;

pub use coverage::FileCoverage;

/// How to run the tests.
#[derive(Debug, Clone)]
pub struct UnitOptions {
    /// Run only tests whose full name (`parapet.aws.s3.x_test.test_y`) contains this text.
    pub filter: Option<String>,
    /// Record which lines of the policies the tests evaluate.
    pub coverage: bool,
    /// Longest time of one test.
    pub timeout: Duration,
}

impl Default for UnitOptions {
    fn default() -> Self {
        Self { filter: None, coverage: false, timeout: Duration::from_secs(5) }
    }
}

/// What became of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestStatus {
    /// Its value is `true`.
    Passed,
    /// Its value is something else.
    Failed {
        /// The value as JSON, or `undefined`.
        value: String,
        /// The last line of the test that was reached, from 1: what is undefined or false usually stands there.
        reached: Option<u32>,
    },
    /// It could not be evaluated.
    Error {
        /// What the engine said.
        message: String,
    },
    /// A `todo_test_`, not run.
    Todo,
}

/// One test and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestResult {
    /// `parapet.aws.s3.x_test.test_y`
    pub name: String,
    /// File of the test.
    pub file: String,
    /// Line of the test, from 1.
    pub line: u32,
    /// What became of it.
    pub status: TestStatus,
    /// What its `print` calls wrote, each as `file:line: text`.
    pub printed: Vec<String>,
    /// Time it took.
    pub duration: Duration,
}

/// Something in a file that works but should not stay as it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Warning {
    /// File.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// What is wrong there, and what to do.
    pub message: String,
}

/// Numbers of tests by what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UnitCounts {
    /// Tests that passed.
    pub passed: usize,
    /// Tests that failed.
    pub failed: usize,
    /// Tests that could not be evaluated.
    pub errors: usize,
    /// `todo_test_` rules.
    pub todo: usize,
}

/// The result of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitReport {
    /// The tests, by file and line.
    pub tests: Vec<TestResult>,
    /// Tests left out by the filter.
    pub filtered_out: usize,
    /// Coverage of each policy file, when it was asked for.
    pub coverage: Option<Vec<FileCoverage>>,
    /// Slow patterns in policies, and tests that are never run.
    pub warnings: Vec<Warning>,
}

impl UnitReport {
    /// Numbers of tests by what became of them.
    pub fn counts(&self) -> UnitCounts {
        let mut counts = UnitCounts::default();
        for test in &self.tests {
            match test.status {
                TestStatus::Passed => counts.passed += 1,
                TestStatus::Failed { .. } => counts.failed += 1,
                TestStatus::Error { .. } => counts.errors += 1,
                TestStatus::Todo => counts.todo += 1,
            }
        }
        counts
    }

    /// Covered share of all lines that can be covered, in percent; `None` without coverage, or when there is no line.
    pub fn coverage_percent(&self) -> Option<f64> {
        let files = self.coverage.as_ref()?;
        coverage::percent(
            files.iter().map(|file| file.covered.len()).sum(),
            files.iter().map(|file| file.not_covered.len()).sum(),
        )
    }
}

/// Runs the tests below a directory, with all policies below it and those of the built-in ones it does not replace.
///
/// # Errors
/// A file that cannot be read, a policy or test file that is not valid, or threads that cannot be started. A test that
/// fails is no error.
pub fn run(directory: &Path, options: &UnitOptions) -> Result<UnitReport, EngineError> {
    let suite = discover::suite(directory)?;
    let mut warnings = slow::warnings(&suite);
    warnings.extend(suite.warnings.iter().cloned());
    warnings.sort();
    let wanted = |test: &discover::Test| options.filter.as_ref().is_none_or(|text| test.name.contains(text.as_str()));
    let (tests, others): (Vec<_>, Vec<_>) = suite.tests.iter().partition(|test| wanted(test));
    let outcome = run::all(&suite.engine, &tests, options)?;
    let coverage = options.coverage.then(|| coverage::of(&suite, outcome.lines));
    Ok(UnitReport { tests: outcome.results, filtered_out: others.len(), coverage, warnings })
}
