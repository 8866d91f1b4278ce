//! The configuration of a provider that a resource has: that of its own module, or one that calls pass down.

use std::rc::Rc;

use hcl_edit::expr::{Expression, ObjectKey, TraversalOperator};
use hcl_edit::structure::Block;

use super::eval::eval;
use super::scope::{Instance, Scope};
use super::value::Val;

/// The provider block behind a resource, and the module instance that it is evaluated in; none when nothing is written.
pub(super) fn of<'a>(instance: &'a Rc<Instance>, block: &Block, kind: &str) -> Option<(&'a Rc<Instance>, &'a Block)> {
    let written = block.body.get_attribute("provider").and_then(|attribute| reference(&attribute.value));
    let name = written.unwrap_or_else(|| kind.split('_').next().unwrap_or_default().to_owned());
    configured(instance, &name)
}

/// The region that the provider of a resource is configured with, when the source says it.
pub(super) fn region(instance: &Rc<Instance>, block: &Block, kind: &str) -> Option<String> {
    let (within, provider) = of(instance, block, kind)?;
    match eval(&provider.body.get_attribute("region")?.value, &Scope::new(within)) {
        Ok(Val::String(region)) => Some(region.to_string()),
        _ => None,
    }
}

/// `aws.alias` as it is written for `provider` and `providers`.
fn reference(expression: &Expression) -> Option<String> {
    match expression {
        Expression::Variable(name) => Some(name.to_string()),
        Expression::Traversal(traversal) => {
            let name = traversal.expr.as_variable()?;
            match traversal.operators.first().map(|operator| operator.value()) {
                Some(TraversalOperator::GetAttr(alias)) => Some(format!("{}.{}", name.as_str(), alias.as_str())),
                _ => None,
            }
        }
        _ => None,
    }
}

fn configured<'a>(instance: &'a Rc<Instance>, provider: &str) -> Option<(&'a Rc<Instance>, &'a Block)> {
    if let Some(item) = instance.module.configured.get(provider) {
        return Some((instance, &item.block));
    }
    let (parent, call) = instance.caller()?;
    let passed = call.body.get_attribute("providers").and_then(|attribute| attribute.value.as_object());
    let mapped = passed.and_then(|providers| {
        let (_, value) = providers.iter().find(|(key, _)| {
            let name = match key {
                ObjectKey::Ident(name) => Some(name.to_string()),
                ObjectKey::Expression(key) => reference(key),
            };
            name.as_deref() == Some(provider)
        })?;
        reference(value.expr())
    });
    configured(parent, mapped.as_deref().unwrap_or(provider))
}
