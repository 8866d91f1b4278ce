//! What was judged, for the summary at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use parapet_policy::{Finding, Settled, Verdict};

/// What tells one finding from another where no address is known.
pub(super) type Key = (String, String, String, String);

/// Type, rule, attribute and message.
pub(super) fn key(finding: &Finding) -> Key {
    (
        finding.subject.kind.trim_start_matches("data.").to_owned(),
        finding.rule.clone(),
        finding.path.as_ref().map(ToString::to_string).unwrap_or_default(),
        finding.message.clone(),
    )
}

/// A question that stays open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// Address, or the type where the address is not known.
    pub subject: String,
    /// Id of the rule.
    pub rule: String,
    /// The attribute it waits for.
    pub path: String,
    /// Why.
    pub cause: String,
}

/// What was judged while one command ran.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Planned resources that were judged; a replacement counts once.
    pub resources: u64,
    /// Changes that were judged once more before the provider made them.
    pub changes: u64,
    /// Evaluations: rules times resources.
    pub evaluations: u64,
    /// Violations for which a change was stopped, and rules that could not be evaluated.
    pub denied: u64,
    /// Violations that are shown and stop nothing.
    pub warnings: u64,
    /// Violations by values that only the provider knew, found when the change had been made.
    pub late: u64,
    /// Questions that stay open.
    pub open: Vec<Open>,
    /// Time spent on decoding and judging, of all threads together.
    pub time: Duration,
    /// Findings that the settings waive.
    pub waived: u64,
    /// Something was left to the finished plan, whose addresses tell what is waived.
    pub(super) deferred: bool,
    /// What the finished plan need not be asked about again.
    pub(super) settled: Settled,
    /// Resource types that were planned.
    pub(super) kinds: BTreeSet<String>,
    /// What Terraform has been told.
    pub(super) told: BTreeSet<Key>,
}

impl Tally {
    pub(super) fn open(&mut self, finding: &Finding) {
        debug_assert_eq!(finding.verdict, Verdict::Undetermined);
        let subject = if finding.subject.address.is_empty() { &finding.subject.kind } else { &finding.subject.address };
        self.open.push(Open {
            subject: subject.clone(),
            rule: finding.rule.clone(),
            path: finding.path.as_ref().map(ToString::to_string).unwrap_or_default(),
            cause: finding.cause.clone().unwrap_or_default(),
        });
    }

    /// Open questions by rule, with the number of each.
    pub fn open_by_rule(&self) -> BTreeMap<&str, u64> {
        let mut rules = BTreeMap::new();
        for open in &self.open {
            *rules.entry(open.rule.as_str()).or_default() += 1;
        }
        rules
    }
}
