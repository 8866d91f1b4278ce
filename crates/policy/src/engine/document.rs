//! Evaluation of Kubernetes objects, of rules about documents, and of packages made for other tools.

use super::Engine;
use super::object;
use super::outcome::{self, Facts, Outcome};
use super::pod;
use super::worker::Worker;
use crate::Value;
use crate::finding::{Finding, Subject};
use crate::input::json::drop_nulls;
use crate::input::redact::Secrets;
use crate::input::{Document, KubernetesObject, Plan};
use crate::ledger::Ledger;
use crate::rules::{Program, Rule, Scope};
use crate::severity::Verdict;

/// Evaluates the rules about a Kubernetes object.
pub(super) fn evaluate_object(
    engine: &Engine,
    object: &KubernetesObject,
    worker: &mut Worker<'_>,
    ledger: &mut Ledger,
) -> Outcome {
    let mut outcome = Outcome::default();
    ledger.resources_planned += 1;
    let deleted = object.actions.iter().any(|action| action == "delete");
    let rules: Vec<(&Rule, &Program)> = engine
        .rules_of_scope(Scope::Object)
        .filter(|(rule, _)| !deleted && rule.kinds.iter().any(|kind| kind == &object.kind || kind == "*"))
        .collect();
    if rules.is_empty() && !deleted && engine.related(&object.kind) {
        outcome.evaluated = 1;
        return outcome;
    }
    if rules.is_empty() {
        ledger.skip(if deleted { "deleted" } else { "no selected rule is about its kind" }, 1);
        return outcome;
    }
    ledger.evaluations_expected += u64::try_from(rules.len()).unwrap_or(u64::MAX);
    outcome.evaluated = 1;
    let subject = subject_of(object);
    let whole = drop_nulls(object.object.clone());
    worker.set_input(match pod::of(&whole) {
        Some(pod) => object::of([("object", whole), ("pod", pod)]),
        None => object::of([("object", whole)]),
    });
    let facts = known(&subject);
    for (rule, program) in rules {
        outcome.conclude(rule, super::evaluate_rule(worker, rule, program, &facts));
    }
    outcome
}

pub(super) fn subject_of(object: &KubernetesObject) -> Subject {
    Subject {
        document: object.document.clone(),
        address: object.address.clone(),
        kind: object.kind.clone(),
        actions: object.actions.clone(),
        previous_address: None,
    }
}

/// Facts about something in which nothing is unknown and nothing secret.
pub(super) fn known(subject: &Subject) -> Facts<'_> {
    Facts { subject, kind: &subject.kind, unknown: &[], cause: &|_| String::new(), secrets: &Secrets::default }
}

/// Evaluates the rules about documents of this kind, and plain packages, whose input is the document as it came.
pub(super) fn evaluate_document(
    engine: &Engine,
    document: &Document,
    worker: &mut Worker<'_>,
    ledger: &mut Ledger,
) -> Outcome {
    let mut outcome = Outcome::default();
    let rules: Vec<(&Rule, &Program)> = engine
        .rules_of_scope(Scope::Document)
        .filter(|(rule, _)| rule.documents.iter().any(|kind| kind == document.kind() || kind == "*"))
        // Other tools get an object as a whole, and no part of it a second time.
        .chain(
            engine
                .rules_of_scope(Scope::Plain)
                .filter(|_| !matches!(document, Document::Value { within: Some(_), .. })),
        )
        .collect();
    if rules.is_empty() {
        return outcome;
    }
    ledger.evaluations_expected += u64::try_from(rules.len()).unwrap_or(u64::MAX);
    let subject = match document {
        Document::Plan(plan) => Subject { document: plan.name.clone(), kind: "plan".to_owned(), ..Subject::default() },
        Document::Kubernetes(object) | Document::AdmissionReview { object, .. } => subject_of(object),
        Document::Value { name, within: Some(within), .. } => Subject {
            document: name.clone(),
            address: within.address.clone(),
            kind: within.kind.clone(),
            ..Subject::default()
        },
        Document::Value { name, within: None, .. } => {
            Subject { document: name.clone(), kind: document.kind().to_owned(), ..Subject::default() }
        }
    };
    let whole = match document {
        Document::Plan(plan) => plan.whole(),
        Document::Kubernetes(object) => Ok(object.object.clone()),
        Document::AdmissionReview { review, .. } => Ok(review.clone()),
        Document::Value { value, .. } => Ok(value.clone()),
    };
    let whole = match whole {
        Ok(whole) => whole,
        Err(cause) => {
            outcome.findings.push(outcome::unreadable(&subject, cause));
            outcome.done += u64::try_from(rules.len()).unwrap_or(u64::MAX);
            return outcome;
        }
    };
    let mut secrets: Option<Secrets> = None;
    worker.allow_for(if let Document::Plan(plan) = document { plan.len() } else { 1 });
    for (rule, program) in rules {
        let input = match document {
            _ if rule.scope == Scope::Plain => whole.clone(),
            Document::Value { within: Some(within), .. } => {
                object::of([("document", whole.clone()), ("holder", Value::from(within.kind.as_str()))])
            }
            _ => object::of([("document", whole.clone())]),
        };
        worker.set_input(input);
        let mut findings = if rule.scope == Scope::Plain {
            evaluate_plain(worker, rule, program, &subject)
        } else {
            super::evaluate_rule(worker, rule, program, &known(&subject))
        };
        if !findings.is_empty()
            && let Document::Plan(plan) = document
        {
            let secrets = secrets.get_or_insert_with(|| secrets_of_plan(plan, &whole));
            findings.iter_mut().for_each(|finding| outcome::redact(finding, secrets));
        }
        if let Document::Value { within: Some(within), .. } = document {
            findings.iter_mut().for_each(|finding| {
                let below = finding.path.take().unwrap_or_default();
                finding.path = Some(within.path.0.iter().cloned().chain(below.0).collect());
            });
        }
        outcome.conclude(rule, findings);
    }
    outcome
}

/// Each rule of a plain package is evaluated on its own: an error in one does not hide what another found.
fn evaluate_plain(worker: &mut Worker<'_>, rule: &Rule, program: &Program, subject: &Subject) -> Vec<Finding> {
    let mut findings = Vec::new();
    for entry in &program.entries {
        let said = super::say_entry(worker, rule, entry);
        match said {
            Ok(said) => findings.extend(said.into_iter().map(|said| {
                let mut finding = outcome::of_rule(rule, subject, said.message);
                if let Some(address) = said.address {
                    finding.subject.address = address;
                }
                finding.path = said.path;
                finding.warning = entry.warning;
                finding
            })),
            Err(error) => findings.push(outcome::failed(rule, subject, &error)),
        }
    }
    debug_assert!(findings.iter().all(|finding| finding.verdict != Verdict::Pass));
    findings
}

/// Everything a plan marks as sensitive: in resources, outputs and variables.
fn secrets_of_plan(plan: &Plan, whole: &Value) -> Secrets {
    let mut marked: Vec<(Value, Vec<crate::path::AttributePath>)> =
        plan.changes().iter().flat_map(|change| plan.sensitive(change)).collect();
    let everything = || vec![crate::path::AttributePath::default()];
    if let Ok(outputs) = whole["output_changes"].as_object() {
        for (_, output) in outputs.iter() {
            for (value, mask) in [("after", "after_sensitive"), ("before", "before_sensitive")] {
                if !matches!(output[mask], Value::Undefined | Value::Bool(false)) {
                    marked.push((output[value].clone(), everything()));
                }
            }
        }
    }
    if let Ok(variables) = whole["configuration"]["root_module"]["variables"].as_object() {
        for (name, variable) in variables.iter() {
            if variable["sensitive"] == Value::Bool(true)
                && let Ok(name) = name.as_string()
            {
                marked.push((whole["variables"][name.as_ref()]["value"].clone(), everything()));
            }
        }
    }
    Secrets::of(marked.iter().map(|(value, paths)| (value, paths.as_slice())))
}
