//! `default_tags` of the AWS provider: part of the tags of every resource.

use std::collections::BTreeMap;
use std::rc::Rc;

use hcl_edit::expr::{Expression, ObjectKey, TraversalOperator};
use hcl_edit::structure::Block;

use super::eval::eval;
use super::scope::{Instance, Scope};
use super::value::{Cause, Val};

/// `tags_all` of a resource: its tags, on top of those of its provider. Unknown for this cause when a key is.
pub(super) fn all(instance: &Rc<Instance>, block: &Block, tags: Option<&Val>, decided: &Cause) -> Val {
    let provider = block.body.get_attribute("provider").and_then(|attribute| reference(&attribute.value));
    let mut all = match defaults(instance, &provider.unwrap_or_else(|| "aws".to_owned())) {
        Val::Null => BTreeMap::new(),
        Val::Map(tags) => (*tags).clone(),
        Val::Unknown(cause) | Val::Open(_, cause) => return Val::Unknown(cause),
        _ => return Val::Unknown(decided.clone()),
    };
    match tags {
        None | Some(Val::Null) => {}
        Some(Val::Map(tags)) => all.extend((**tags).clone()),
        Some(Val::Unknown(cause) | Val::Open(_, cause)) => return Val::Unknown(cause.clone()),
        Some(_) => return Val::Unknown(decided.clone()),
    }
    // The provider says nothing of the tags when one of them is unknown.
    match all.values().find_map(Val::cause) {
        Some(cause) => Val::Unknown(cause),
        None => {
            Val::map(all.into_iter().filter_map(|(key, value)| Some((key, Val::String(value.text().ok()?)))).collect())
        }
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

fn defaults(instance: &Rc<Instance>, provider: &str) -> Val {
    if let Some(item) = instance.module.configured.get(provider) {
        let Some(block) = item.block.body.get_blocks("default_tags").next() else { return Val::Null };
        let Some(tags) = block.body.get_attribute("tags") else { return Val::Null };
        return eval(&tags.value, &Scope::new(instance)).unwrap_or_else(Val::unknown);
    }
    let Some((parent, call)) = instance.caller() else { return Val::Null };
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
    defaults(parent, mapped.as_deref().unwrap_or(provider))
}
