//! What becomes of a value in validation, plan and apply, by the schema alone.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};
use tfplugin::path::Path;
use tfplugin::schema::Nesting;
use tfplugin::types::Type;
use tfplugin::value::Value;

use crate::schemas::Block;

/// Where the stand-in pretends to be.
pub(crate) const ACCOUNT: &str = "123456789012";

/// Paths of what only the provider may set and the configuration sets.
pub(crate) fn set_by_configuration(block: &Block, config: &Value, at: &Path) -> Vec<Path> {
    let mut wrong = Vec::new();
    for (name, attribute) in &block.attributes {
        if attribute.computed && !attribute.optional && !config.attribute(name).is_null() && !config.is_unknown() {
            wrong.push(at.attribute(name));
        }
    }
    for (name, nested) in &block.blocks {
        let at = at.attribute(name);
        match config.attribute(name) {
            Value::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    // An element of a set is named by its value, which no path of ours can do.
                    let at = if nested.nesting == Nesting::List { at.index(index) } else { at.clone() };
                    wrong.extend(set_by_configuration(&nested.block, item, &at));
                }
            }
            object @ Value::Map(_) if nested.nesting == Nesting::Single => {
                wrong.extend(set_by_configuration(&nested.block, object, &at));
            }
            _ => {}
        }
    }
    wrong
}

/// The planned value: what Terraform proposes, with what the provider is going to set unknown and nothing that is only written.
pub(crate) fn planned(block: &Block, proposed: &Value) -> Value {
    let Value::Map(given) = proposed else { return proposed.clone() };
    let mut object = BTreeMap::new();
    for (name, attribute) in &block.attributes {
        let value = given.get(name).cloned().unwrap_or_default();
        let value = match value {
            _ if attribute.write_only => Value::Null,
            Value::Null if attribute.computed => Value::unknown(),
            value => value,
        };
        object.insert(name.clone(), value);
    }
    for (name, nested) in &block.blocks {
        let value = match given.get(name) {
            Some(Value::List(items)) => Value::List(items.iter().map(|item| planned(&nested.block, item)).collect()),
            Some(object @ Value::Map(_)) if nested.nesting == Nesting::Single => planned(&nested.block, object),
            other => other.cloned().unwrap_or_default(),
        };
        object.insert(name.clone(), value);
    }
    Value::Map(object)
}

/// Elements of sets that are as they were, but for what the provider sets: nothing else tells them from new ones, and Terraform
/// proposes each as a new one.
pub(crate) fn keep_elements(block: &Block, planned: &mut Value, prior: &Value) {
    for (name, nested) in &block.blocks {
        let (before, Value::Map(object)) = (prior.attribute(name), &mut *planned) else { return };
        match (object.get_mut(name), before) {
            (Some(Value::List(items)), Value::List(before)) if nested.nesting == Nesting::Set => {
                for item in items {
                    if let Some(same) = before.iter().find(|it| becomes(item, it)) {
                        *item = same.clone();
                    }
                }
            }
            (Some(Value::List(items)), Value::List(before)) => {
                items.iter_mut().zip(before).for_each(|(item, before)| keep_elements(&nested.block, item, before));
            }
            (Some(item @ Value::Map(_)), before) => keep_elements(&nested.block, item, before),
            _ => {}
        }
    }
}

/// Whether a planned value can turn out to be this one.
fn becomes(planned: &Value, value: &Value) -> bool {
    match (planned, value) {
        (Value::Unknown(_), _) => true,
        (Value::List(planned), Value::List(values)) => {
            planned.len() == values.len() && planned.iter().zip(values).all(|(one, other)| becomes(one, other))
        }
        (Value::Map(planned), Value::Map(values)) => {
            planned.iter().all(|(name, one)| values.get(name).is_some_and(|other| becomes(one, other)))
        }
        _ => planned == value,
    }
}

/// What no schema says: the region of the provider, and its default tags in `tags_all`.
pub(crate) fn settle(block: &Block, planned: &mut Value, region: &str, default_tags: &Value) {
    let Value::Map(object) = planned else { return };
    if block.attributes.contains_key("region") && object.get("region").is_some_and(Value::is_unknown) {
        object.insert("region".to_owned(), region.into());
    }
    if !block.attributes.contains_key("tags_all") {
        return;
    }
    let all = match object.get("tags") {
        Some(unknown @ Value::Unknown(_)) => unknown.clone(),
        tags => {
            let mut all = BTreeMap::new();
            for tags in [Some(default_tags), tags] {
                if let Some(Value::Map(tags)) = tags {
                    all.extend(tags.clone());
                }
            }
            Value::Map(all)
        }
    };
    object.insert("tags_all".to_owned(), all);
}

/// The value after apply: what was unknown is made up, the same each time.
pub(crate) fn applied(type_name: &str, region: &str, planned: &Value, ty: &Type) -> Value {
    let digest = Sha256::digest(format!("{type_name} {planned}"));
    let hex = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let kind = type_name.strip_prefix("aws_").unwrap_or(type_name).replace('_', "-");
    made_up(&Object { kind, region, hex }, "", planned, ty)
}

/// What names are made of.
struct Object<'a> {
    /// The type, such as `backup-vault`.
    kind: String,
    region: &'a str,
    /// Another one for every object.
    hex: String,
}

fn made_up(object: &Object<'_>, name: &str, value: &Value, ty: &Type) -> Value {
    match (value, ty) {
        (Value::Unknown(_), Type::String) => text(object, name).into(),
        (Value::Unknown(_), Type::Bool) => false.into(),
        (Value::Unknown(_), Type::Number) => 1_i64.into(),
        // One element, so that `resource.list[0]` is there, as it is in AWS.
        (Value::Unknown(_), Type::List(element)) if matches!(**element, Type::Object(_)) => {
            Value::List(vec![made_up(object, name, value, element)])
        }
        (Value::Unknown(_), Type::List(_) | Type::Set(_)) => Value::List(Vec::new()),
        (Value::Unknown(_), Type::Map(_)) => Value::Map(BTreeMap::new()),
        (Value::Unknown(_), Type::Object(shape)) => Value::Map(
            shape.attributes.iter().map(|(name, ty)| (name.clone(), made_up(object, name, value, ty))).collect(),
        ),
        (Value::List(items), Type::List(element) | Type::Set(element)) => {
            Value::List(items.iter().map(|item| made_up(object, name, item, element)).collect())
        }
        (Value::Map(entries), Type::Map(element)) => {
            Value::Map(entries.iter().map(|(key, it)| (key.clone(), made_up(object, key, it, element))).collect())
        }
        (Value::Map(_), Type::Object(shape)) => Value::Map(
            shape
                .attributes
                .iter()
                .map(|(name, ty)| (name.clone(), made_up(object, name, value.attribute(name), ty)))
                .collect(),
        ),
        _ => value.clone(),
    }
}

fn text(object: &Object<'_>, name: &str) -> String {
    let Object { kind, region, hex } = object;
    match name {
        _ if name.ends_with("arn") => {
            let (service, rest) = kind.split_once('-').unwrap_or((kind, kind));
            format!("arn:aws:{service}:{region}:{ACCOUNT}:{rest}/{hex}")
        }
        "issuer" | "url" => format!("https://{kind}.stand-in.invalid/{hex}"),
        _ => format!("{kind}-{hex}"),
    }
}
