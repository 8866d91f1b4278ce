//! What was settled before a plan was finished, by judging each resource when its provider had planned it.

use std::collections::{BTreeSet, HashMap};

use crate::input::Plan;
use crate::input::plan_json::Change;
use crate::rules::{Program, Rule};

/// Resources that were judged when they were planned, and the questions that this left open.
///
/// The finished plan has the same values: what was unknown then is unknown still, since nothing is made by a plan. It adds
/// addresses, names, and what the configuration refers to. So a rule is asked again when it reads any of these, when what it
/// said has to get an address (a cause to name, a waiver to match), or when resources of the type went by unseen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settled {
    /// By provider and type.
    kinds: HashMap<(String, String), Kind>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Kind {
    judged: u64,
    open: BTreeSet<String>,
}

impl Settled {
    /// Why a ledger says that a resource was skipped about which no rule had to be asked again.
    pub const REASON: &'static str = "judged when it was planned";

    /// A resource of this type, as the provider with this source address planned it, was judged by all rules about it.
    pub fn judged(&mut self, provider: &str, kind: &str) {
        self.kinds.entry((provider.to_owned(), kind.to_owned())).or_default().judged += 1;
    }

    /// A rule said something about a resource of this type that the finished plan has to answer.
    pub fn left_open(&mut self, provider: &str, kind: &str, rule: &str) {
        self.kinds.entry((provider.to_owned(), kind.to_owned())).or_default().open.insert(rule.to_owned());
    }

    /// For one plan: only types of which as many resources were judged as the plan has are settled.
    pub(super) fn of<'a>(&'a self, plan: &'a Plan) -> SettledPlan<'a> {
        let mut counts: HashMap<(&str, &str), u64> = HashMap::new();
        if !self.kinds.is_empty() {
            for change in plan.changes().iter().filter(|change| change.exists_afterwards()) {
                *counts.entry((&change.provider, &change.kind)).or_default() += 1;
            }
        }
        let complete = self.kinds.iter().filter_map(|((provider, kind), known)| {
            let key = (provider.as_str(), kind.as_str());
            (counts.get(&key).is_some_and(|count| *count <= known.judged)).then_some((key, known))
        });
        SettledPlan(complete.collect())
    }
}

/// What is settled of one plan.
pub(super) struct SettledPlan<'a>(HashMap<(&'a str, &'a str), &'a Kind>);

impl SettledPlan<'_> {
    /// Whether a rule has said of a resource all that it can say before apply.
    pub(super) fn knows(&self, change: &Change, rule: &Rule, program: &Program) -> bool {
        let kind = self.0.get(&(change.provider.as_str(), change.kind.as_str()));
        // Of a replacement a provider sees two halves, none of which has both the old object and the new one's values.
        !change.does("delete")
            && change.exists_afterwards()
            && rule.actions.is_empty()
            && !program.reads.beyond_request
            && kind.is_some_and(|kind| !kind.open.contains(&rule.id))
    }
}
