//! The finished plan: rules about the plan as a whole, and whatever no provider was asked about.

use std::collections::BTreeSet;

use parapet_policy::{Document, InputError, Report, Rule, Scope, Settled, Verdict, input, waiver};

use super::{Judge, audit, tally};

/// What a finished plan is called in messages.
const NAME: &str = "the plan";

/// What a finished plan may not be applied for, and what else it says.
#[derive(Debug)]
pub struct WholePlan {
    /// The findings that Terraform has not shown, and the open questions of all.
    pub report: Report,
    /// Whether it must not be applied.
    pub denied: bool,
}

/// A finished plan that cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Its JSON cannot be read.
    #[error(transparent)]
    Input(#[from] InputError),
    /// It is something else than one plan.
    #[error("`terraform show -json` answered something else than a plan; nothing is applied.")]
    NoPlan,
}

impl Judge {
    /// Whether the finished plan has to be looked at: rules about whole plans or documents, about data sources (no provider is asked
    /// to plan those) or about what is deleted (some providers are not asked), or a provider that the guard does not stand before.
    pub fn wants_whole_plan(&self, all_guarded: bool) -> bool {
        let state = self.state();
        let kinds = &state.tally.kinds;
        let concerned =
            |rule: &Rule| rule.resources.is_empty() || rule.resources.iter().any(|kind| kinds.contains(kind));
        let needs = |rule: &Rule| match rule.scope {
            Scope::Plain => true,
            Scope::Plan => concerned(rule),
            Scope::Document | Scope::Resource => self.looks_beyond(rule, all_guarded),
            Scope::Object | Scope::Namespace => false,
        };
        state.tally.deferred || self.judging().any(needs)
    }

    /// Whether the finished plan may have to be looked at, before it is known what is in it.
    pub fn may_want_whole_plan(&self, all_guarded: bool) -> bool {
        let listed = self.engine.policies().settings().is_some_and(|settings| !settings.waivers.is_empty());
        let waives = listed || self.written.as_ref().is_some_and(|written| !written.commented().is_empty());
        let might = |rule: &Rule| match rule.scope {
            Scope::Plain | Scope::Plan => true,
            Scope::Resource if self.engine.reads_place(rule) => true,
            Scope::Document | Scope::Resource => self.looks_beyond(rule, all_guarded),
            Scope::Object | Scope::Namespace => false,
        };
        waives && !self.rules().is_empty() || self.judging().any(might)
    }

    /// The rules that have something to judge.
    fn judging(&self) -> impl Iterator<Item = &Rule> {
        let policies = self.engine.policies();
        policies.rules().iter().filter(|rule| !policies.is_idle(rule))
    }

    /// Whether a rule is about what no provider is asked.
    fn looks_beyond(&self, rule: &Rule, all_guarded: bool) -> bool {
        match rule.scope {
            Scope::Document => rule.documents.iter().any(|kind| kind == "plan"),
            Scope::Resource => {
                !all_guarded
                    || rule.resources.iter().any(|kind| kind.starts_with("data."))
                    || rule.actions.iter().any(|action| action == "delete" || action == "forget")
            }
            Scope::Plain | Scope::Plan | Scope::Object | Scope::Namespace => false,
        }
    }

    /// Judges a finished plan, the output of `terraform show -json`.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn whole_plan(&self, json: Vec<u8>) -> Result<WholePlan, Refusal> {
        let started = std::time::Instant::now();
        let documents = input::read(NAME, json)?;
        if !matches!(documents.as_slice(), [Document::Plan(_)]) {
            return Err(Refusal::NoPlan);
        }
        let settled = self.state().tally.settled.clone();
        let mut report = self.engine.check_rest(&documents, self.fail_on, &settled);
        let settings = self.engine.policies().settings();
        let none = waiver::Comments::default();
        let comments = self.written.as_ref().map_or(&none, |it| it.locate(&mut report.findings, NAME));
        waiver::apply(&mut report, settings, comments, waiver::today());
        let elapsed = started.elapsed();

        let mut state = self.state();
        let shown: BTreeSet<tally::Key> = state.tally.told.union(&state.told).cloned().collect();
        // Known by their addresses now.
        state.tally.open.clear();
        let (waived, findings): (Vec<_>, Vec<_>) =
            std::mem::take(&mut report.findings).into_iter().partition(|finding| finding.waived.is_some());
        self.waived.get_or_init(|| waived.iter().map(|finding| finding.rule.clone()).collect());
        state.tally.waived += u64::try_from(waived.len()).unwrap_or(u64::MAX);
        report.findings = findings;
        for finding in report.findings.iter().filter(|it| it.verdict == Verdict::Undetermined) {
            state.tally.open(finding);
        }
        let blocked = report.findings.iter().any(|it| report.is_blocking(it) || it.verdict == Verdict::Error);
        report.findings.retain(|finding| !shown.contains(&tally::key(finding)));
        let stops = |it: &parapet_policy::Finding| report.is_blocking(it) || it.verdict == Verdict::Error;
        let stopping = report.findings.iter().filter(|it| stops(it)).count();
        let violations = report.findings.iter().filter(|it| it.verdict != Verdict::Undetermined).count();
        let denied = self.enforced() && (blocked || !report.ledger.balanced());
        let refused = if self.enforced() { stopping } else { 0 };
        state.tally.time += elapsed;
        // Of the finished plan at least those that rules about it have seen.
        let settled = report.ledger.skipped.get(Settled::REASON).copied().unwrap_or_default();
        state.tally.resources = state.tally.resources.max(report.ledger.resources_evaluated + settled);
        state.tally.evaluations += report.ledger.evaluations_done;
        state.tally.denied += u64::try_from(refused).unwrap_or(u64::MAX);
        state.tally.warnings += u64::try_from(violations - refused).unwrap_or(u64::MAX);
        let keys: Vec<tally::Key> = report.findings.iter().map(tally::key).collect();
        state.tally.told.extend(keys);
        drop(state);
        self.record(&report);
        Ok(WholePlan { report, denied })
    }

    /// Findings with their addresses, and the evaluations that found nothing.
    fn record(&self, report: &Report) {
        let Some(audit) = &self.audit else { return };
        let time = audit::now();
        let decision = |rule, severity, verdict| audit::Decision {
            time: time.clone(),
            stage: "whole-plan",
            provider: None,
            r#type: "plan",
            address: None,
            actions: &[],
            rule,
            severity,
            verdict,
            path: None,
            denied: false,
            policies: self.engine.policies().digest(),
        };
        for finding in &report.findings {
            let line = decision(&finding.rule, finding.severity.as_str(), finding.verdict.as_str());
            audit.write(&audit::Decision {
                r#type: &finding.subject.kind,
                address: Some(finding.subject.address.as_str()).filter(|address| !address.is_empty()),
                actions: &finding.subject.actions,
                path: finding.path.as_ref().map(ToString::to_string),
                denied: self.enforced() && (report.is_blocking(finding) || finding.verdict == Verdict::Error),
                ..line
            });
        }
        // Those that were evaluated and no others: a rule that nothing in the plan is about has passed nothing.
        for rule in report.policies.rules.iter().filter(|rule| rule.passed > 0) {
            let kind = match self.rules().iter().find(|it| it.id == rule.id).map(|it| it.resources.as_slice()) {
                Some([kind]) => kind.as_str(),
                _ => "plan",
            };
            for _ in 0..rule.passed {
                let line = decision(&rule.id, rule.severity.as_str(), Verdict::Pass.as_str());
                audit.write(&audit::Decision { r#type: kind, ..line });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use parapet_policy::{Engine, EngineOptions, Policies, Severity};

    use super::super::{Audit, Mode};
    use super::*;

    fn rule(package: &str, about: &str, body: &str) -> String {
        format!(
            "# METADATA\n# title: A rule\n# custom:\n#   severity: high\n#   {about}\n#   controls: {{soc2: [CC6.1]}}\n\
             #   remediation: Mend it.\npackage {package}\n\nimport rego.v1\n\ndeny contains {{\"message\": \"wrong\"}} if {body}\n"
        )
    }

    #[test]
    fn the_audit_log_holds_what_was_evaluated_and_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("audit.jsonl");
        let policies = Policies::builder()
            .embedded(false)
            .module(
                "disk.rego",
                rule("parapet.a.disk.encrypted", "resources: [a_disk]", "not input.resource.values.encrypted"),
            )
            .module("other.rego", rule("parapet.a.other.fine", "resources: [a_thing]", "input.resource.values.bad"))
            .module("flow.rego", rule("parapet.a.flow.pinned", "documents: [workflow]", "not input.pinned"))
            .module("plan.rego", rule("parapet.a.plan.small", "scope: plan", "count(input.plan.resources) > 9"))
            .build()
            .unwrap();
        let options = EngineOptions { threads: Some(1), ..EngineOptions::default() };
        let engine = Engine::new(&policies, options).unwrap();
        let judge = Judge::new(engine, Severity::Medium, Mode::Enforce, Some(Audit::open(&file).unwrap()));
        let planned = |name: &str, encrypted: bool| {
            serde_json::json!({
                "address": format!("a_disk.{name}"), "mode": "managed", "type": "a_disk", "name": name,
                "provider_name": "registry.terraform.io/a/a",
                "change": {"actions": ["create"], "before": null, "after": {"encrypted": encrypted}, "after_unknown": {}},
            })
        };
        let plan = serde_json::json!({
            "format_version": "1.2", "terraform_version": "1.11.4", "planned_values": {},
            "resource_changes": [planned("a", true), planned("b", true), planned("c", false)],
        });
        judge.whole_plan(plan.to_string().into_bytes()).unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(u64::try_from(lines.len()).unwrap(), judge.tally().evaluations, "{text}");
        let mut said: Vec<(&str, &str, &str)> = lines
            .iter()
            .map(|line| {
                let of = |name: &str| line[name].as_str().unwrap();
                (of("rule"), of("type"), of("verdict"))
            })
            .collect();
        said.sort_unstable();
        let disk = |verdict| ("a-disk-encrypted", "a_disk", verdict);
        assert_eq!(said, [disk("fail"), disk("pass"), disk("pass"), ("a-plan-small", "plan", "pass")]);
    }
}
