//! Planning. The order is fixed: defaults, write-only values to null, null computed values to unknown, `keep`, `replace`, the
//! resource's own hook, replacement paths sorted and unique.

use std::marker::PhantomData;

use super::walk;
use crate::context::Context;
use crate::diagnostics::{Diagnostic, Error};
use crate::model::View;
use crate::path::Path;
use crate::resource::{Plan, Resource};
use crate::schema::{Attribute, Block, Nesting, Presence, Shape};
use crate::types::Type;
use crate::value::Value;

/// What Terraform knows when it asks for a plan.
#[derive(Debug)]
pub(crate) struct PlanInput {
    /// The state; null on create.
    pub(crate) prior: Value,
    /// Configuration over state, as Terraform merges them; null on destroy.
    pub(crate) proposed: Value,
    /// The configuration; null on destroy.
    pub(crate) config: Value,
}

/// A plan.
#[derive(Debug)]
pub(crate) struct PlanOutput {
    pub(crate) planned: Value,
    pub(crate) replace: Vec<Path>,
    pub(crate) problems: Vec<Diagnostic>,
}

pub(crate) async fn plan<R: Resource>(
    cx: &Context<R::Clients>,
    block: &Block,
    ty: &Type,
    input: PlanInput,
) -> PlanOutput {
    let PlanInput { prior, proposed, config } = input;
    if proposed.is_null() {
        let problems = R::plan_destroy(cx, View::new(&prior)).await.err().map(|error| error.into_diagnostics());
        return PlanOutput { planned: Value::Null, replace: Vec::new(), problems: problems.unwrap_or_default() };
    }

    let mut planned = proposed;
    apply_defaults(block, &config, &mut planned);
    forget_write_only(block, &mut planned);
    let changed = !planned.same(&prior, ty);
    if changed {
        computed_to_unknown(block, &config, &mut planned);
    }

    let mut replace = Vec::new();
    let before_hook = planned.clone();
    let mut hook =
        Plan::<R> { prior: &prior, config: &config, planned: &mut planned, replace: &mut replace, of: PhantomData };
    let result = R::plan(cx, &mut hook).await;
    if !changed && !planned.same(&before_hook, ty) {
        // The hook found something to do where configuration and state agree: what follows from it is not known either.
        follow_hook(block, &config, &mut planned, &before_hook);
    }
    if !prior.is_null() {
        replacements(block, &prior, &planned, &Path::root(), &mut replace);
        replace.sort();
        replace.dedup();
    }
    let mut problems = result.err().map(|error| error.into_diagnostics()).unwrap_or_default();
    if !replace.is_empty() {
        // A replacement destroys too, and Terraform does not ask about that by itself.
        let refused = R::plan_destroy(cx, View::new(&prior)).await.err();
        problems.extend(refused.into_iter().flat_map(Error::into_diagnostics));
    }
    PlanOutput { planned, replace, problems }
}

/// Fills in defaults where the configuration says nothing.
pub(crate) fn apply_defaults(block: &Block, config: &Value, value: &mut Value) {
    walk::edit(block, config, value, &mut |attribute, configured, here| {
        if let (Some(default), true) = (&attribute.default, configured.is_null()) {
            *here = default.clone();
            // What is inside a default is complete.
            return false;
        }
        true
    });
}

/// Write-only values are never in a plan or state.
pub(crate) fn forget_write_only(block: &Block, value: &mut Value) {
    let untouched = value.clone();
    walk::edit(block, &untouched, value, &mut |attribute, _, here| {
        if attribute.write_only {
            *here = Value::Null;
        }
        true
    });
}

/// What the provider sets is unknown, except where it is kept.
fn computed_to_unknown(block: &Block, config: &Value, planned: &mut Value) {
    walk::edit(block, config, planned, &mut |attribute, configured, here| {
        if !is_left_to_provider(attribute, configured) {
            return true;
        }
        if !attribute.keep || here.is_null() {
            *here = Value::unknown();
        }
        false
    });
}

/// A plan in place as the plan of the object that will take the place: nothing that the provider sets can be told before it exists.
pub(crate) fn as_replaced(block: &Block, config: &Value, planned: &mut Value) {
    walk::edit(block, config, planned, &mut |attribute, configured, here| {
        let left = is_left_to_provider(attribute, configured);
        if left {
            *here = Value::unknown();
        }
        !left
    });
}

/// Computed attributes that the hook has not set itself follow from what it changed.
fn follow_hook(block: &Block, config: &Value, planned: &mut Value, before_hook: &Value) {
    let Value::Map(entries) = planned else { return };
    for attribute in &block.attributes {
        let left = is_left_to_provider(attribute, config.attribute(&attribute.name));
        let Some(here) = entries.get_mut(&attribute.name) else { continue };
        if left && !attribute.keep && here == before_hook.attribute(&attribute.name) {
            *here = Value::unknown();
        }
    }
}

fn is_left_to_provider(attribute: &Attribute, configured: &Value) -> bool {
    attribute.presence.is_computed() && configured.is_null() && attribute.default.is_none()
}

/// Paths of changed attributes that cannot change in place.
fn replacements(block: &Block, prior: &Value, planned: &Value, at: &Path, paths: &mut Vec<Path>) {
    for attribute in &block.attributes {
        let (before, after) = (prior.attribute(&attribute.name), planned.attribute(&attribute.name));
        let path = at.attribute(&attribute.name);
        if attribute.replace && !after.same(before, &attribute.implied_type()) {
            // A computed value that becomes unknown follows from a change; it does not cause one.
            if attribute.presence != Presence::Computed || !after.is_unknown() {
                paths.push(path.clone());
            }
        }
        if let Shape::Nested { nesting, object } = &attribute.shape {
            nested_replacements(*nesting, object, before, after, &path, paths);
        }
    }
    for nested in &block.blocks {
        let (before, after) = (prior.attribute(&nested.name), planned.attribute(&nested.name));
        nested_replacements(nested.nesting, &nested.block, before, after, &at.attribute(&nested.name), paths);
    }
}

fn nested_replacements(
    nesting: Nesting,
    block: &Block,
    before: &Value,
    after: &Value,
    at: &Path,
    paths: &mut Vec<Path>,
) {
    if nesting == Nesting::Set {
        let ty = Type::set(block.implied_type());
        if has_replace(block) && !after.same(before, &ty) {
            paths.push(at.clone());
        }
        return;
    }
    let before = walk::elements(nesting, before, at);
    for (element, path) in walk::elements(nesting, after, at) {
        let old = before.iter().find(|(_, old)| *old == path).map_or(&Value::Null, |(old, _)| *old);
        replacements(block, old, element, &path, paths);
    }
}

fn has_replace(block: &Block) -> bool {
    block.attributes.iter().any(|attribute| {
        attribute.replace || matches!(&attribute.shape, Shape::Nested { object, .. } if has_replace(object))
    }) || block.blocks.iter().any(|nested| has_replace(&nested.block))
}
