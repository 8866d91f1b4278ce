//! Judging the provider's own planned resources while Terraform plans, guard or no guard.

use std::sync::OnceLock;

use parapet_policy::{
    AttributePath, Engine, EngineOptions, Finding, Resource, Severity, Step, Value as PolicyValue, Verdict,
};
use tfplugin::path::Path;
use tfplugin::prelude::*;
use tfplugin::review::{Change, ChangeKind};
use tfplugin::schema::{Block, Shape};
use tfplugin::types::Type;
use tfplugin::value::Value;

use super::judge::Selection;
use super::result::{Enforcement, explanation};
use super::values::to_policy;

/// How planned `parapet_*` resources are judged.
#[derive(Clone, Debug, Default, PartialEq, Model)]
pub struct ReviewSettings {
    /// Packs to judge with; all of them when left out, none with `[]`.
    pub(crate) packs: Option<Vec<String>>,
    /// Rules to judge with: ids, or patterns such as `resilience-*`. All rules of the packs when left out.
    pub(crate) rules: Option<Vec<String>>,
    /// Directories with Rego policies, or OPA bundles (`.tar.gz`).
    pub(crate) policy_dirs: Option<Vec<String>>,
    /// Lowest severity that stops a plan: `info`, `low`, `medium`, `high` or `critical`. `medium` when left out.
    #[attr(validate = one_of(super::SEVERITIES))]
    pub(crate) fail_on: Option<String>,
    /// `mandatory` or `advisory`: whether a violation stops the plan or is shown as a warning. `mandatory` when left out.
    #[attr(validate = one_of(Enforcement::NAMES))]
    pub(crate) enforcement: Option<String>,
}

/// Policies that judge, for evidence of what they have let through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Judges {
    /// Digest of the policies, lower-case hex.
    pub(crate) sha256: String,
    /// Number of rules.
    pub(crate) rules: usize,
    /// Lowest severity that stops a plan.
    pub(crate) fail_on: Severity,
    /// What a violation does.
    pub(crate) enforcement: Enforcement,
}

/// Judges planned resources. The policies are loaded when the first one is planned.
#[derive(Debug)]
pub(crate) struct Review {
    selection: Selection,
    fail_on: Severity,
    enforcement: Enforcement,
    engine: OnceLock<Result<Engine, String>>,
}

impl Review {
    pub(crate) fn new(settings: ReviewSettings) -> Self {
        let fail_on = settings.fail_on.as_deref().and_then(|name| name.parse().ok()).unwrap_or(Severity::Medium);
        Self {
            fail_on,
            enforcement: Enforcement::named(settings.enforcement.as_deref().unwrap_or_default()),
            selection: Selection::configured(settings.packs, settings.rules, None, settings.policy_dirs),
            engine: OnceLock::new(),
        }
    }

    fn engine(&self) -> Result<&Engine> {
        let engine = self.engine.get_or_init(|| {
            let policies = self.selection.load().map_err(|error| error.to_string())?;
            Engine::new(&policies, EngineOptions::default()).map_err(|error| error.to_string())
        });
        engine.as_ref().map_err(|message| Error::new("Unusable policies in the provider block").detail(message))
    }

    /// By what changes are judged.
    ///
    /// # Errors
    /// The policies cannot be used.
    pub(crate) fn judges(&self) -> Result<Judges> {
        let policies = self.engine()?.policies();
        Ok(Judges {
            sha256: policies.digest().to_owned(),
            rules: policies.rules().len(),
            fail_on: self.fail_on,
            enforcement: self.enforcement,
        })
    }

    /// What is wrong with a planned change. Open questions are left to apply, when Terraform asks again.
    pub(crate) fn judge(&self, change: Change<'_>) -> Vec<Diagnostic> {
        let engine = match self.engine() {
            Ok(engine) => engine,
            Err(error) => return error.into_diagnostics(),
        };
        let resource = planned(change);
        let ty = change.schema.block.implied_type();
        let findings = engine.evaluate_resource(&resource);
        let shown = findings.iter().filter(|finding| finding.verdict != Verdict::Undetermined);
        shown.map(|finding| self.diagnostic(finding, &ty)).collect()
    }

    fn diagnostic(&self, finding: &Finding, ty: &Type) -> Diagnostic {
        let blocking = finding.verdict == Verdict::Fail && !finding.warning && finding.severity >= self.fail_on;
        let stops = finding.verdict == Verdict::Error || (blocking && self.enforcement == Enforcement::Mandatory);
        let summary = match finding.verdict {
            Verdict::Error => format!("Policy {} could not be evaluated", finding.rule),
            _ => format!("{} ({}, {})", finding.title, finding.rule, finding.severity),
        };
        let kind: fn(String) -> Diagnostic = if stops { Diagnostic::error } else { Diagnostic::warning };
        let path = finding.path.as_ref().map(|path| terraform_path(path, ty)).unwrap_or_default();
        kind(summary).detail(explanation(finding)).at(path)
    }
}

/// A planned change as the engine takes it. Terraform alone knows the address, and prints it.
fn planned(change: Change<'_>) -> Resource {
    let actions: &[&str] = match change.kind {
        ChangeKind::NoOp => &["no-op"],
        ChangeKind::Create => &["create"],
        ChangeKind::Update => &["update"],
        ChangeKind::Replace => &["delete", "create"],
        ChangeKind::Destroy => &["delete"],
    };
    let mut unknown = Vec::new();
    let mut sensitive = Vec::new();
    secrets(&change.schema.block, change.planned, &mut Vec::new(), &mut sensitive);
    Resource {
        document: "plan".to_owned(),
        address: String::new(),
        kind: change.type_name.to_owned(),
        name: String::new(),
        module: String::new(),
        provider: "registry.terraform.io/parapet-io/parapet".to_owned(),
        actions: actions.iter().map(|action| (*action).to_owned()).collect(),
        values: known_part(change.planned, &mut Vec::new(), &mut unknown),
        unknown,
        sensitive,
        prior: known_part(change.prior, &mut Vec::new(), &mut Vec::new()),
        config: PolicyValue::new_object(),
    }
}

/// The value without what is unknown, whose places are collected. An unknown element of a list stays as null, so that places stay true.
fn known_part(value: &Value, at: &mut Vec<Step>, unknown: &mut Vec<AttributePath>) -> PolicyValue {
    match value {
        Value::Map(entries) => {
            let mut object = std::collections::BTreeMap::new();
            for (name, inner) in entries {
                at.push(Step::Key(name.clone()));
                if inner.is_unknown() {
                    unknown.push(AttributePath(at.clone()));
                } else if !inner.is_null() {
                    object.insert(PolicyValue::from(name.as_str()), known_part(inner, at, unknown));
                }
                at.pop();
            }
            PolicyValue::from(object)
        }
        Value::List(items) => {
            let mut list = Vec::new();
            for (index, item) in items.iter().enumerate() {
                at.push(Step::Index(index));
                if item.is_unknown() {
                    unknown.push(AttributePath(at.clone()));
                }
                list.push(known_part(item, at, unknown));
                at.pop();
            }
            PolicyValue::from(list)
        }
        Value::Dynamic(typed) => known_part(&typed.value, at, unknown),
        other => to_policy(other).unwrap_or(PolicyValue::Null),
    }
}

/// Places of sensitive values.
fn secrets(block: &Block, value: &Value, at: &mut Vec<Step>, found: &mut Vec<AttributePath>) {
    for attribute in &block.attributes {
        at.push(Step::Key(attribute.name.clone()));
        if attribute.sensitive || attribute.write_only {
            found.push(AttributePath(at.clone()));
        } else if let Shape::Nested { object, .. } = &attribute.shape {
            in_elements(object, value.attribute(&attribute.name), at, found);
        }
        at.pop();
    }
    for nested in &block.blocks {
        at.push(Step::Key(nested.name.clone()));
        in_elements(&nested.block, value.attribute(&nested.name), at, found);
        at.pop();
    }
}

fn in_elements(block: &Block, value: &Value, at: &mut Vec<Step>, found: &mut Vec<AttributePath>) {
    match value {
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                at.push(Step::Index(index));
                secrets(block, item, at, found);
                at.pop();
            }
        }
        other => secrets(block, other, at, found),
    }
}

/// A path of the engine as Terraform's: keys of maps and attributes of objects are different steps there. It ends where the type does.
fn terraform_path(path: &AttributePath, ty: &Type) -> Path {
    let mut here = Path::root();
    let mut ty = ty;
    for step in &path.0 {
        (here, ty) = match (step, ty) {
            (Step::Key(name), Type::Object(object)) => match object.attributes.get(name) {
                Some(inner) => (here.attribute(name), inner),
                None => return here,
            },
            (Step::Key(key), Type::Map(element)) => (here.key(key), element.as_ref()),
            (Step::Index(index), Type::List(element)) => (here.index(*index), element.as_ref()),
            _ => return here,
        };
    }
    here
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_and_null_values_are_left_out_and_places_are_kept() {
        let value = Value::Map(
            [
                ("a".to_owned(), Value::unknown()),
                ("b".to_owned(), Value::List(vec![Value::unknown(), Value::from(2)])),
                ("c".to_owned(), Value::Null),
            ]
            .into(),
        );
        let mut unknown = Vec::new();
        let known = known_part(&value, &mut Vec::new(), &mut unknown);
        assert_eq!(known, PolicyValue::from_json_str(r#"{"b":[null,2]}"#).unwrap());
        assert_eq!(unknown.iter().map(ToString::to_string).collect::<Vec<_>>(), ["a", "b[0]"]);
    }

    #[test]
    fn paths_follow_the_type() {
        let ty =
            Type::object([("tags", Type::map(Type::String)), ("rule", Type::list(Type::object([("on", Type::Bool)])))]);
        let path = |steps: &[Step]| terraform_path(&AttributePath(steps.to_vec()), &ty).to_string();
        let key = |name: &str| Step::Key(name.to_owned());
        assert_eq!(path(&[key("tags"), key("a")]), r#"tags["a"]"#);
        assert_eq!(path(&[key("rule"), Step::Index(1), key("on")]), "rule[1].on");
        assert_eq!(path(&[key("nothing"), key("on")]), "");
    }
}
