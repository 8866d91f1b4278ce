//! What Terraform left out of a plan that it does not call complete.

use std::fmt;

use serde::de::IgnoredAny;
use serde_json::value::RawValue;

/// What is not in a plan. That is no fault of it: it can be applied, and another plan is made afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Omission {
    /// So many changes are deferred to a later plan.
    Deferred(usize),
    /// It says no more: as with `-target`.
    Unsaid,
}

impl Omission {
    /// By the parts of a plan of these names. Terraform says `complete` since 1.8; without it there is nothing to tell it by.
    pub(super) fn of(complete: Option<&RawValue>, deferred_changes: Option<&RawValue>) -> Option<Self> {
        if complete?.get() != "false" {
            return None;
        }
        let deferred: Option<Vec<IgnoredAny>> =
            deferred_changes.and_then(|changes| serde_json::from_str(changes.get()).ok());
        Some(match deferred.map_or(0, |changes| changes.len()) {
            0 => Self::Unsaid,
            count => Self::Deferred(count),
        })
    }
}

impl fmt::Display for Omission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Deferred(1) => f.write_str("Terraform has deferred 1 change to a later plan"),
            Self::Deferred(count) => write!(f, "Terraform has deferred {count} changes to a later plan"),
            Self::Unsaid => f.write_str("Terraform calls the plan incomplete, as it does one made with `-target`"),
        }
    }
}
