//! A planned change as a provider is asked for it: values of which a part is unknown, the shape its schema gives them,
//! and on the way back findings as Terraform shows them. Serves the provider, which judges its own resources, and the
//! guard, which judges those of others.

mod shape;
mod value;

use std::fmt::Write as _;

pub use shape::{Field, Shape};
pub use value::PlannedValue;

use crate::Value;
use crate::finding::{Finding, SourceRange};
use crate::input::Resource;
use crate::severity::{Severity, Verdict};

/// A step of a path in Terraform's own terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathStep {
    /// Attribute or block of an object.
    Attribute(String),
    /// Element of a map.
    Key(String),
    /// Element of a list or tuple, from 0.
    Index(usize),
}

/// What a provider is asked to plan or to do with one resource.
#[derive(Debug, Clone, Copy)]
pub struct PlannedChange<'a> {
    /// Resource type.
    pub kind: &'a str,
    /// Source address of the provider.
    pub provider: &'a str,
    /// What would be done: `create`, `update`, `delete`, `no-op`; both of a replacement.
    pub actions: &'a [&'static str],
    /// The state; null on create.
    pub prior: &'a PlannedValue,
    /// The state after apply; null on destroy.
    pub planned: &'a PlannedValue,
    /// The configuration; null on destroy.
    pub config: &'a PlannedValue,
    /// What the provider's schema says of the type.
    pub shape: &'a Shape,
}

impl PlannedChange<'_> {
    /// What a change does, by the values before and after.
    pub fn actions_of(prior: &PlannedValue, planned: &PlannedValue, replaces: bool) -> &'static [&'static str] {
        match (prior.is_null(), planned.is_null()) {
            (true, true) => &["no-op"],
            (false, true) => &["delete"],
            (true, false) => &["create"],
            _ if replaces => &["delete", "create"],
            _ if prior == planned => &["no-op"],
            _ => &["update"],
        }
    }

    /// The resource as the engine takes it. Terraform alone knows the address, and prints it.
    pub fn resource(&self) -> Resource {
        let (planned, unknown) = self.planned.known_part();
        let (prior, _) = self.prior.known_part();
        let mut sensitive = Vec::new();
        self.shape.secrets(&planned, &mut sensitive);
        self.shape.secrets(&prior, &mut sensitive);
        sensitive.sort();
        sensitive.dedup();
        Resource {
            document: "plan".to_owned(),
            address: String::new(),
            kind: self.kind.to_owned(),
            name: String::new(),
            module: String::new(),
            provider: self.provider.to_owned(),
            actions: self.actions.iter().map(|action| (*action).to_owned()).collect(),
            values: object_or_empty(self.shape.typed(planned)),
            unknown,
            sensitive,
            prior: object_or_empty(self.shape.typed(prior)),
            config: self.shape.written(self.config),
        }
    }
}

fn object_or_empty(value: Value) -> Value {
    if matches!(value, Value::Object(_)) { value } else { Value::new_object() }
}

/// A finding as Terraform shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// It stops the operation; otherwise it is a warning.
    pub stops: bool,
    /// What is wrong, in one line, with the rule that says so.
    pub summary: String,
    /// What else there is to know.
    pub detail: String,
    /// Where; empty for the resource as a whole.
    pub path: Vec<PathStep>,
}

impl Told {
    /// How a finding is told. Violations of `fail_on` and worse stop the operation when policies are enforced, and so does
    /// what could not be evaluated.
    pub fn of(finding: &Finding, shape: &Shape, fail_on: Severity, enforced: bool) -> Self {
        let violated = finding.verdict == Verdict::Fail && !finding.warning && finding.severity >= fail_on;
        let summary = match finding.verdict {
            Verdict::Error => format!("Policy {} could not be evaluated", finding.rule),
            _ => format!("{} ({}, {})", finding.title, finding.rule, finding.severity),
        };
        Self {
            stops: enforced && (violated || finding.verdict == Verdict::Error),
            summary,
            detail: explanation(finding),
            path: finding.path.as_ref().map(|path| shape.path(path)).unwrap_or_default(),
        }
    }
}

/// What there is to know of a finding beyond its title.
pub fn explanation(finding: &Finding) -> String {
    format!("{}\n{}", finding.message, circumstances(finding)).trim_end().to_owned()
}

/// What there is to know of a finding beyond its title and its message.
pub fn circumstances(finding: &Finding) -> String {
    let mut text = String::new();
    let mut line = |label: &str, value: &str| {
        if !value.is_empty() {
            // Writing into a string cannot fail.
            let _infallible = writeln!(text, "{label}: {value}");
        }
    };
    line("Address", &finding.subject.address);
    let at = |source: &SourceRange| format!("{}:{}", source.file, source.line);
    line("Written at", &finding.source.as_ref().map(at).unwrap_or_default());
    line("Attribute", &finding.path.as_ref().map(ToString::to_string).unwrap_or_default());
    line("Cause", finding.cause.as_deref().unwrap_or_default());
    line("Remedy", &finding.remediation);
    let controls = finding.controls.iter().map(|(framework, ids)| format!("{framework} {}", ids.join(", ")));
    line("Controls", &controls.collect::<Vec<_>>().join("; "));
    text.trim_end().to_owned()
}
