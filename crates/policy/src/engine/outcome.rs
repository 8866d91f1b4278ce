//! From the value of a Rego rule to findings: what it says, whether it can be known already, what must not be printed.

use std::collections::BTreeMap;

use super::reads::Reads;
use crate::Value;
use crate::error::EngineError;
use crate::finding::{Finding, Subject};
use crate::input::redact::Secrets;
use crate::path::AttributePath;
use crate::rules::{OnUnknown, Rule};
use crate::severity::{Severity, Verdict};

/// Result of some evaluations; added up over threads.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) findings: Vec<Finding>,
    pub(crate) passed: u64,
    pub(crate) done: u64,
    /// Resources whose values were read.
    pub(crate) evaluated: u64,
    /// Rule -> its evaluations.
    pub(crate) tallies: BTreeMap<String, Tally>,
}

/// Evaluations of one rule.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) done: u64,
    pub(crate) passed: u64,
}

impl Outcome {
    pub(crate) fn add(mut self, mut other: Self) -> Self {
        self.findings.append(&mut other.findings);
        self.passed += other.passed;
        self.done += other.done;
        self.evaluated += other.evaluated;
        for (rule, tally) in other.tallies {
            let sum = self.tallies.entry(rule).or_default();
            sum.done += tally.done;
            sum.passed += tally.passed;
        }
        self
    }

    /// One evaluation of a rule came to a conclusion.
    pub(crate) fn conclude(&mut self, rule: &Rule, mut findings: Vec<Finding>) {
        let passed = u64::from(findings.is_empty());
        self.done += 1;
        self.passed += passed;
        let tally = match self.tallies.get_mut(&rule.id) {
            Some(tally) => tally,
            None => self.tallies.entry(rule.id.clone()).or_default(),
        };
        tally.done += 1;
        tally.passed += passed;
        self.findings.append(&mut findings);
    }
}

/// One element of `deny`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) path: Option<AttributePath>,
    pub(crate) message: String,
    /// Which resource is meant, in a rule about the plan.
    pub(crate) address: Option<String>,
    /// Why the rule cannot tell, where it cannot although every value is known.
    pub(crate) undetermined: Option<String>,
}

/// Reads the value of a `deny` (or `violation`, or `warn`) rule.
///
/// # Errors
/// When it is nothing that can be a finding.
pub(crate) fn said(value: &Value, rule: &Rule) -> Result<Vec<Said>, String> {
    match value {
        Value::Undefined | Value::Null | Value::Bool(false) => Ok(Vec::new()),
        Value::Bool(true) => Ok(vec![Said { message: rule.title.clone(), ..Said::default() }]),
        Value::Set(items) => items.iter_sorted().map(said_item).collect(),
        Value::Array(items) => items.iter().map(said_item).collect(),
        // Partial objects of Rego v0: the key is the message.
        Value::Object(fields) => fields.iter_sorted().map(|(key, _)| said_item(key)).collect(),
        Value::String(_) => Ok(vec![said_item(value)?]),
        Value::Number(_) => Err(format!("it returned {value}; a rule returns a set of messages or of objects")),
    }
}

fn said_item(item: &Value) -> Result<Said, String> {
    match item {
        Value::String(text) => Ok(Said { message: text.to_string(), ..Said::default() }),
        Value::Object(_) => {
            let text = |key: &str| item[key].as_string().ok().map(ToString::to_string);
            let path = match &item["path"] {
                Value::Undefined => None,
                path => Some(AttributePath::from_value(path).ok_or_else(|| {
                    let path = one_line(path).unwrap_or_default();
                    format!("the `path` of a finding is {path}; it must be a list of strings and positions from 0")
                })?),
            };
            let message = text("message").or_else(|| text("msg"));
            let message = message.map_or_else(|| one_line(item), Ok)?;
            Ok(Said { path, message, address: text("address"), undetermined: text("undetermined") })
        }
        other => one_line(other).map(|message| Said { message, ..Said::default() }),
    }
}

fn one_line(value: &Value) -> Result<String, String> {
    serde_json::to_string(value).map_err(|error| error.to_string())
}

/// What the judgement of one resource needs.
pub(crate) struct Facts<'a> {
    pub(crate) subject: &'a Subject,
    /// Type of the resource, as rules name it.
    pub(crate) kind: &'a str,
    pub(crate) unknown: &'a [AttributePath],
    /// Why a value is unknown.
    pub(crate) cause: &'a (dyn Fn(&AttributePath) -> String + Sync),
    pub(crate) secrets: &'a (dyn Fn() -> Secrets + Sync),
}

/// Judges what a rule said about one resource. Nothing said is a pass only when the rule read nothing unknown.
pub(crate) fn judge(rule: &Rule, reads: &Reads, said: Vec<Said>, facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = said
        .into_iter()
        .map(|said| {
            let open = unknown_behind(reads, said.path.as_ref(), facts);
            let path = said.path.or_else(|| open.cloned());
            let mut finding = finding(rule, facts, path, said.message, open);
            if let (None, Some(cause)) = (open, said.undetermined) {
                leave_open(rule, &mut finding, cause);
            }
            finding
        })
        .collect();
    if findings.is_empty() {
        findings.extend(undecided(rule, reads, facts));
    }
    if !findings.is_empty() {
        let secrets = (facts.secrets)();
        findings.iter_mut().for_each(|finding| redact(finding, &secrets));
    }
    findings
}

/// The finding for a rule that found nothing, but read something unknown.
pub(crate) fn undecided(rule: &Rule, reads: &Reads, facts: &Facts<'_>) -> Option<Finding> {
    let unknown = facts.unknown.iter().find(|path| reads.depend_on(facts.kind, path))?;
    let message = if unknown.is_empty() {
        "cannot be decided: nothing is known of this resource yet".to_owned()
    } else {
        format!("cannot be decided: it depends on `{unknown}`, which is not known")
    };
    Some(finding(rule, facts, Some(unknown.clone()), message, Some(unknown)))
}

/// The unknown value that a finding at `path` depends on.
fn unknown_behind<'a>(reads: &Reads, path: Option<&AttributePath>, facts: &Facts<'a>) -> Option<&'a AttributePath> {
    let read = |unknown: &AttributePath| reads.depend_on(facts.kind, unknown);
    match path.filter(|path| !path.is_empty()) {
        // Of a resource of which nothing is known not even that it will be there.
        None => facts.unknown.iter().find(|unknown| unknown.is_empty() || read(unknown)),
        // What is unknown below the path matters when the rule reads it; the value itself and what it is part of always.
        Some(path) => facts
            .unknown
            .iter()
            .find(|unknown| path.starts_with(unknown) || (unknown.starts_with(path) && read(unknown))),
    }
}

fn finding(
    rule: &Rule,
    facts: &Facts<'_>,
    path: Option<AttributePath>,
    message: String,
    unknown: Option<&AttributePath>,
) -> Finding {
    let mut finding = of_rule(rule, facts.subject, message);
    finding.path = path;
    if let Some(unknown) = unknown {
        leave_open(rule, &mut finding, (facts.cause)(unknown));
    }
    finding
}

/// Makes a violation a question that is open, as the rule wants it.
fn leave_open(rule: &Rule, finding: &mut Finding, cause: String) {
    finding.cause = Some(cause);
    if rule.on_unknown != OnUnknown::Deny {
        finding.verdict = Verdict::Undetermined;
    }
    finding.warning = rule.on_unknown == OnUnknown::Warn;
}

/// A violation of a rule, as yet without path.
pub(crate) fn of_rule(rule: &Rule, subject: &Subject, message: String) -> Finding {
    Finding {
        rule: rule.id.clone(),
        title: rule.title.clone(),
        severity: rule.severity,
        verdict: Verdict::Fail,
        subject: subject.clone(),
        path: None,
        message,
        remediation: rule.remediation.clone(),
        controls: rule.controls.clone(),
        cause: None,
        warning: false,
        source: None,
        calls: Vec::new(),
        waived: None,
    }
}

/// The finding for an evaluation that failed.
pub(crate) fn failed(rule: &Rule, subject: &Subject, error: &EngineError) -> Finding {
    let message = match error {
        EngineError::Timeout { limit, .. } => format!("the rule was stopped after {limit:?}"),
        _ => "the rule could not be evaluated".to_owned(),
    };
    let mut finding = of_rule(rule, subject, message);
    finding.verdict = Verdict::Error;
    finding.remediation = format!("Mend the rule in {}, or leave it out.", rule.file);
    finding.cause = Some(error.to_string());
    finding
}

/// The finding for a resource that cannot be read, whatever the rules.
pub(crate) fn unreadable(subject: &Subject, cause: String) -> Finding {
    Finding {
        rule: "parapet-input".to_owned(),
        title: "The input can be read".to_owned(),
        severity: Severity::Critical,
        verdict: Verdict::Error,
        subject: subject.clone(),
        path: None,
        message: "this could not be checked".to_owned(),
        remediation: "Make the input anew with `terraform show -json`.".to_owned(),
        controls: Default::default(),
        cause: Some(cause),
        warning: false,
        source: None,
        calls: Vec::new(),
        waived: None,
    }
}

/// Takes sensitive values out of everything a rule wrote.
pub(crate) fn redact(finding: &mut Finding, secrets: &Secrets) {
    secrets.redact(&mut finding.message);
    if let Some(cause) = &mut finding.cause {
        secrets.redact(cause);
    }
}
