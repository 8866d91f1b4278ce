//! The rules Terraform holds a protocol 6 provider to.

use crate::diagnostics::Diagnostic;
use crate::path::Path;
use crate::schema::{Block, Nesting, Shape};
use crate::types::Type;
use crate::value::Value;

/// A plan may decide only what the configuration leaves open.
pub(super) fn plan(block: &Block, prior: &Value, config: &Value, planned: &Value) -> Result<(), Vec<Diagnostic>> {
    let mut problems = Vec::new();
    match (config.is_null(), planned.is_null()) {
        (true, true) => {}
        (false, false) => plan_block(block, prior, config, planned, &Path::root(), &mut problems),
        _ => problems.push(broken("Provider produced invalid plan", &Path::root(), "planned another kind of change")),
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn plan_block(
    block: &Block,
    prior: &Value,
    config: &Value,
    planned: &Value,
    at: &Path,
    problems: &mut Vec<Diagnostic>,
) {
    for attribute in &block.attributes {
        let (before, configured) = (prior.attribute(&attribute.name), config.attribute(&attribute.name));
        let value = planned.attribute(&attribute.name);
        let path = at.attribute(&attribute.name);
        if attribute.write_only {
            if !value.is_null() {
                problems.push(broken("Provider produced invalid plan", &path, "a write-only value is in the plan"));
            }
        } else if let (Shape::Nested { nesting, object }, false) = (&attribute.shape, configured.is_null()) {
            plan_elements(*nesting, object, before, configured, value, &path, problems);
        } else if configured.is_null() {
            if !attribute.presence.is_computed() && !value.is_null() {
                problems.push(broken("Provider produced invalid plan", &path, "planned a value nobody configured"));
            }
        } else if !value.same(configured, &attribute.implied_type()) && value != before {
            problems.push(broken(
                "Provider produced invalid plan",
                &path,
                "planned value differs from the configuration",
            ));
        }
    }
    for nested in &block.blocks {
        let (before, configured) = (prior.attribute(&nested.name), config.attribute(&nested.name));
        let value = planned.attribute(&nested.name);
        plan_elements(nested.nesting, &nested.block, before, configured, value, &at.attribute(&nested.name), problems);
    }
}

fn plan_elements(
    nesting: Nesting,
    block: &Block,
    prior: &Value,
    config: &Value,
    planned: &Value,
    at: &Path,
    problems: &mut Vec<Diagnostic>,
) {
    const NULL: &Value = &Value::Null;
    match (nesting, config, planned) {
        (Nesting::Single, Value::Map(_), Value::Map(_)) => plan_block(block, prior, config, planned, at, problems),
        (Nesting::List, Value::List(configured), Value::List(items)) if configured.len() == items.len() => {
            for (index, (config, item)) in configured.iter().zip(items).enumerate() {
                let before = if let Value::List(prior) = prior { prior.get(index).unwrap_or(NULL) } else { NULL };
                plan_block(block, before, config, item, &at.index(index), problems);
            }
        }
        (Nesting::Map, Value::Map(configured), Value::Map(items)) if configured.keys().eq(items.keys()) => {
            for (key, config) in configured {
                plan_block(block, prior.attribute(key), config, planned.attribute(key), &at.key(key), problems);
            }
        }
        (Nesting::Set, Value::List(configured), Value::List(items)) if configured.len() == items.len() => {
            for config in configured {
                let fits = |item: &Value| {
                    let mut found = Vec::new();
                    plan_block(block, NULL, config, item, at, &mut found);
                    found.is_empty()
                };
                if !items.iter().any(fits) {
                    problems.push(broken(
                        "Provider produced invalid plan",
                        at,
                        "no planned element fits a configured one",
                    ));
                }
            }
        }
        (_, config, planned) if config == planned => {}
        _ => problems.push(broken(
            "Provider produced invalid plan",
            at,
            "planned elements differ from the configuration",
        )),
    }
}

/// An apply may decide only what the plan left open, and must decide all of it.
pub(super) fn apply(planned: &Value, state: &Value, ty: &Type) -> Result<(), Vec<Diagnostic>> {
    let mut problems = Vec::new();
    if !state.is_wholly_known() {
        problems.push(broken(
            "Provider returned invalid result object after apply",
            &Path::root(),
            "something is unknown",
        ));
    }
    if !fulfils(planned, state, ty) {
        let detail = format!("planned {planned}, got {state}");
        problems.push(broken("Provider produced inconsistent result after apply", &Path::root(), &detail));
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// What identifies an object never changes while it exists, and is known as a whole or not at all.
pub(super) fn identity(before: &Value, after: &Value) -> Result<(), Vec<Diagnostic>> {
    if !after.is_null() && (!after.is_wholly_known() || !complete(after)) {
        return Err(vec![broken("Provider produced invalid identity", &Path::root(), &after.to_string())]);
    }
    if before.is_null() || before == after {
        return Ok(());
    }
    let detail = format!("was {before}, is {after}");
    Err(vec![broken("Provider produced different identity", &Path::root(), &detail)])
}

fn complete(identity: &Value) -> bool {
    matches!(identity, Value::Map(parts) if parts.values().all(|part| !part.is_null()))
}

fn fulfils(planned: &Value, state: &Value, ty: &Type) -> bool {
    match (planned, state, ty) {
        (Value::Unknown(_), _, _) => true,
        (Value::List(a), Value::List(b), Type::Set(element)) => {
            a.len() == b.len() && a.iter().all(|planned| b.iter().any(|state| fulfils(planned, state, element)))
        }
        (Value::List(a), Value::List(b), Type::List(element)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(planned, state)| fulfils(planned, state, element))
        }
        (Value::Map(a), Value::Map(b), Type::Map(element)) => {
            a.keys().eq(b.keys()) && a.iter().all(|(key, planned)| fulfils(planned, state.attribute(key), element))
        }
        (Value::Map(_), Value::Map(_), Type::Object(object)) => {
            object.attributes.iter().all(|(name, ty)| fulfils(planned.attribute(name), state.attribute(name), ty))
        }
        _ => planned.same(state, ty),
    }
}

fn broken(summary: &str, at: &Path, detail: &str) -> Diagnostic {
    Diagnostic::error(summary).detail(detail).at(at)
}
