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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::input;
    use crate::{Engine, EngineOptions, Policies, Severity, Verdict};

    const PROVIDER: &str = "registry.terraform.io/a/a";

    /// A rule about disks with this condition.
    fn rule(name: &str, condition: &str) -> (String, String) {
        let text = format!(
            "# METADATA\n# title: Disks\n# custom:\n#   severity: high\n#   resources: [a_disk]\n#   controls: {{soc2: [CC6.1]}}\n\
             #   remediation: Mend it.\npackage parapet.a.disk.{name}\n\nimport rego.v1\n\ndeny contains {{\"message\": \"wrong\"}} if {condition}\n"
        );
        (format!("disk/{name}.rego"), text)
    }

    fn engine() -> Engine {
        let rules = [
            rule("encrypted", "not input.resource.values.encrypted"),
            rule("written", "not input.resource.config.label"),
            rule("named", "input.resource.name == \"bad\""),
            rule("referred", "\"var.bad\" in input.resource.config.label.references"),
        ];
        let mut policies = Policies::builder().embedded(false);
        for (name, text) in rules {
            policies = policies.module(name, text);
        }
        Engine::new(&policies.build().unwrap(), EngineOptions { threads: Some(1), ..EngineOptions::default() }).unwrap()
    }

    /// What is found in the finished plan of two new disks; a third one is replaced, and asked about always.
    fn asked(settled: &Settled) -> Vec<String> {
        let disk = |name: &str, actions: &[&str]| {
            let change = json!({"actions": actions, "before": null, "after": {"size": 1}, "after_unknown": {}});
            json!({"address": format!("a_disk.{name}"), "mode": "managed", "type": "a_disk", "name": name, "provider_name": PROVIDER, "change": change})
        };
        let plan = json!({
            "format_version": "1.2",
            "terraform_version": "1.11.4",
            "resource_changes": [disk("bad", &["create"]), disk("good", &["create"]), disk("new", &["delete", "create"])],
        });
        let documents = input::read("plan", plan.to_string().into_bytes()).unwrap();
        let report = engine().check_rest(&documents, Severity::Medium, settled);
        assert!(report.ledger.balanced());
        assert!(report.findings.iter().all(|finding| finding.verdict == Verdict::Fail));
        let said = report.findings.iter().map(|it| format!("{} {}", it.subject.address, it.rule));
        said.filter(|said| !said.starts_with("a_disk.new")).collect()
    }

    #[test]
    fn what_the_request_told_is_not_asked_again() {
        let mut settled = Settled::default();
        let all = [
            "a_disk.bad a-disk-encrypted",
            "a_disk.bad a-disk-named",
            "a_disk.bad a-disk-written",
            "a_disk.good a-disk-encrypted",
            "a_disk.good a-disk-written",
        ];
        let sorted = |mut said: Vec<String>| {
            said.sort();
            said
        };
        assert_eq!(sorted(asked(&settled)), all, "nothing was judged before");
        settled.judged(PROVIDER, "a_disk");
        settled.judged(PROVIDER, "a_disk");
        assert_eq!(sorted(asked(&settled)), all, "one went by unseen");
        settled.judged(PROVIDER, "a_disk");
        assert_eq!(asked(&settled), ["a_disk.bad a-disk-named"], "a request has no name");
        settled.left_open(PROVIDER, "a_disk", "a-disk-encrypted");
        assert_eq!(
            sorted(asked(&settled)),
            ["a_disk.bad a-disk-encrypted", "a_disk.bad a-disk-named", "a_disk.good a-disk-encrypted"],
            "an open question gets its address"
        );
        let mut others = Settled::default();
        (0..3).for_each(|_| others.judged("registry.terraform.io/b/b", "a_disk"));
        assert_eq!(sorted(asked(&others)), all, "of another provider");
    }

    #[test]
    fn a_resource_that_is_settled_is_skipped_for_that_reason() {
        let plan = json!({
            "format_version": "1.2",
            "terraform_version": "1.11.4",
            "resource_changes": [{
                "address": "a_disk.it", "mode": "managed", "type": "a_disk", "name": "it", "provider_name": PROVIDER,
                "change": {"actions": ["create"], "before": null, "after": {}, "after_unknown": {}},
            }],
        });
        let (name, text) = rule("encrypted", "not input.resource.values.encrypted");
        let policies = Policies::builder().embedded(false).module(name, text).build().unwrap();
        let engine = Engine::new(&policies, EngineOptions::default()).unwrap();
        let documents = input::read("plan", plan.to_string().into_bytes()).unwrap();
        let mut settled = Settled::default();
        settled.judged(PROVIDER, "a_disk");
        let report = engine.check_rest(&documents, Severity::Medium, &settled);
        assert_eq!((report.ledger.skipped.get(Settled::REASON), report.ledger.evaluations_done), (Some(&1), 0));
        assert!(report.ledger.balanced());
    }
}
