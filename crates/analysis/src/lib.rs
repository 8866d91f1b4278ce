//! Statistics of a rollout: pure functions, seeded, no I/O.
//!
//! [`analyse`] compares a canary with a baseline that ran at the same time, and decides with a stated error rate: a canary no worse than
//! allowed is rolled back with a probability of at most [`Analysis::false_positive_rate`], over the whole rollout, however often one looks.
//! Too little data is [`Verdict::Inconclusive`], never a pass.
//!
//! ```
//! use parapet_analysis::{Analysis, Kind, Metric, Observations, Reading, Series, Verdict, Windows, analyse};
//!
//! let analysis = Analysis { metrics: vec![Metric::new("errors", Kind::error_ratio())], ..Analysis::default() };
//! let arm = |failed: f64| vec![Reading::errors(Ok(failed), Ok(300.0)); 30];
//! let series = Series { metric: "errors".to_owned(), bounds: Vec::new(), canary: arm(6.0), baseline: arm(2.0) };
//! let rollout = Observations { times: (1..=30).map(|minute| minute * 60).collect(), series: vec![series] };
//! let report = analyse(&analysis, &Windows { rollout, ..Windows::default() })?;
//! assert_eq!(report.verdict, Verdict::Rollback);
//! # Ok::<(), parapet_analysis::AnalysisError>(())
//! ```
//!
//! | module | what it does |
//! |---|---|
//! | `windows` | readings on a grid of time; what cannot be used is skipped and counted |
//! | `exact` | binomial test, Clopper-Pearson limits |
//! | `eprocess` | the test of error ratios and slow requests, valid at every look |
//! | `features`, `forest`, `conformal` | the test for shifts of all metrics together |
//! | `ranks` | Mann-Whitney and Cliff's delta: they explain, they do not decide |
//! | [`simulation`] | rollouts made up, to measure how often a gate is wrong |
//! | [`benchmark`], [`memory`] | gates on benchmark results, and on memory over time |
//! | [`delivery`] | the report of a finished rollout, and the measures of many |

pub mod benchmark;
mod config;
mod conformal;
pub mod delivery;
mod eprocess;
mod exact;
mod features;
mod forest;
mod histogram;
mod judge;
pub mod memory;
mod random;
mod ranks;
mod report;
pub mod simulation;
mod windows;

pub use config::{Analysis, AnalysisError, Anomaly, Direction, Kind, Metric};
pub use eprocess::Dispersion;
pub use exact::{
    Counts, Interval, beta_quantile, binomial_upper_tail, chi_squared_quantile, proportion_lower, proportion_upper,
};
pub use judge::Trained;
pub use ranks::{Ranks, mann_whitney};
pub use report::{AnomalyReport, MetricReport, RatioReport, Report, Verdict};
pub use windows::{Gap, Observations, Reading, Seen, Series, Skipped, Windows, align};

/// Judges a rollout. The same input always gives the same report.
///
/// # Errors
/// A setting is outside its range, or data do not fit their metric.
pub fn analyse(analysis: &Analysis, windows: &Windows) -> Result<Report, AnalysisError> {
    Trained::new(analysis, &windows.history)?.judge(&windows.rollout)
}
