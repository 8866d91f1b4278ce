//! Metrics of a rollout, from where they are kept to what [`parapet_analysis`] judges.
//!
//! [`Queries`] say what to ask about each metric and arm; a [`Source`] answers, such as [`Prometheus`]; the answers become readings on
//! one grid of windows. [`push`] tells a Pushgateway how a rollout ended, and [`probe`]
//! asks a service itself.
//!
//! Blocking: a gate asks one question after the other. It knows no AWS and no Terraform.

mod access;
mod counts;
mod error;
mod gather;
mod probe;
mod prometheus;
mod pushgateway;
mod queries;

pub use access::{Access, address};
pub use counts::per_second;
pub use error::MetricsError;
pub use probe::probe;
pub use prometheus::Prometheus;
pub use pushgateway::push;
pub use queries::{ARM, Arms, Asked, PERIOD, Queries, Texts, WINDOW};

use std::collections::BTreeMap;

/// One series of an answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Time, in seconds since 1970, and value.
    pub samples: Vec<(f64, f64)>,
}

/// Times to evaluate a query at, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The first.
    pub start: i64,
    /// No time after this.
    pub end: i64,
    /// From one to the next, which is the length of a window.
    pub step: i64,
}

impl Range {
    /// So many windows, the last of which ends at `end`.
    #[must_use]
    pub fn of_windows(count: i64, end: i64, step: i64) -> Self {
        Self { start: end - (count - 1).max(0) * step, end, step }
    }

    /// Every time.
    #[must_use]
    pub fn times(self) -> Vec<i64> {
        let step = usize::try_from(self.step).unwrap_or(1).max(1);
        (self.start..=self.end).step_by(step).collect()
    }
}

/// Whoever can be asked for series.
pub trait Source {
    /// Evaluates a query at each time of a range.
    ///
    /// # Errors
    /// There is no answer, or none that can be read.
    fn query(&self, query: &str, range: Range) -> Result<Vec<Answer>, MetricsError>;
}
