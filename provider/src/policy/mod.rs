//! The policy engine as data sources and functions use it: which policies, which input, and the answer as Terraform values.

mod check;
mod judge;
mod result;
mod review;
mod values;

pub(crate) use check::{Answer, Check};
pub(crate) use judge::{Judged, Selection};
pub(crate) use result::{Enforcement, FindingItem, items};
pub(crate) use review::{Judges, Review, ReviewSettings};
pub(crate) use values::{from_policy, to_policy};

/// Severities, lowest first, as `fail_on` takes them.
pub(crate) const SEVERITIES: &[&str] = &["info", "low", "medium", "high", "critical"];
