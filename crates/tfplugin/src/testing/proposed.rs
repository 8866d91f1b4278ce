//! Terraform's own side of a plan: reading a configuration, and merging it with the state.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::UNKNOWN;
use crate::schema::{Block, Nesting, Schema, Shape};
use crate::types::Type;
use crate::value::Value;

/// A configuration in JSON as a value of the schema: what is left out is null, blocks left out are empty.
pub(super) fn configuration(json: &Json, schema: &Schema) -> Value {
    block_of(json, &schema.block)
}

fn block_of(json: &Json, block: &Block) -> Value {
    let mut object = BTreeMap::new();
    for attribute in &block.attributes {
        let value = json.get(&attribute.name).unwrap_or(&Json::Null);
        object.insert(attribute.name.clone(), conform(value, &attribute.implied_type()));
    }
    for nested in &block.blocks {
        let value = match (nested.nesting, json.get(&nested.name)) {
            (Nesting::Single, None) => Value::Null,
            (Nesting::Single, Some(inner)) => block_of(inner, &nested.block),
            (Nesting::Map, inner) => Value::Map(
                inner
                    .and_then(Json::as_object)
                    .map(|entries| {
                        entries.iter().map(|(key, json)| (key.clone(), block_of(json, &nested.block))).collect()
                    })
                    .unwrap_or_default(),
            ),
            (_, inner) => Value::List(
                inner
                    .and_then(Json::as_array)
                    .map(|items| items.iter().map(|json| block_of(json, &nested.block)).collect())
                    .unwrap_or_default(),
            ),
        };
        object.insert(nested.name.clone(), value);
    }
    Value::Map(object)
}

/// JSON as a value of a type, converted as HCL would.
pub(super) fn conform(json: &Json, ty: &Type) -> Value {
    match (json, ty) {
        (Json::String(text), _) if text == UNKNOWN => Value::unknown(),
        (Json::Null, _) => Value::Null,
        (json, Type::Dynamic) => {
            crate::model::FieldType::encode(&crate::model::Dynamic::from(Value::from(json.clone())))
        }
        (Json::Array(items), Type::List(element) | Type::Set(element)) => {
            Value::List(items.iter().map(|item| conform(item, element)).collect())
        }
        (Json::Object(entries), Type::Map(element)) => {
            Value::Map(entries.iter().map(|(key, item)| (key.clone(), conform(item, element))).collect())
        }
        (Json::Object(entries), Type::Object(object)) => {
            let attribute = |name: &String| entries.get(name).unwrap_or(&Json::Null);
            Value::Map(
                object.attributes.iter().map(|(name, ty)| (name.clone(), conform(attribute(name), ty))).collect(),
            )
        }
        (json, _) => Value::from(json.clone()),
    }
}

/// The proposed new state: the configuration, and what the provider set before where the configuration says nothing.
pub(super) fn merge(block: &Block, prior: &Value, config: &Value) -> Value {
    let mut object = BTreeMap::new();
    for attribute in &block.attributes {
        let (before, configured) = (prior.attribute(&attribute.name), config.attribute(&attribute.name));
        let merged = match &attribute.shape {
            _ if configured.is_null() && attribute.presence.is_computed() => before.clone(),
            Shape::Nested { nesting, object } => merge_elements(*nesting, object, before, configured),
            Shape::Type(_) => configured.clone(),
        };
        object.insert(attribute.name.clone(), merged);
    }
    for nested in &block.blocks {
        let (before, configured) = (prior.attribute(&nested.name), config.attribute(&nested.name));
        object.insert(nested.name.clone(), merge_elements(nested.nesting, &nested.block, before, configured));
    }
    Value::Map(object)
}

fn merge_elements(nesting: Nesting, block: &Block, prior: &Value, config: &Value) -> Value {
    const NULL: &Value = &Value::Null;
    match (nesting, config) {
        (Nesting::Single, Value::Map(_)) => merge(block, prior, config),
        (Nesting::List, Value::List(items)) => {
            let before =
                |index: usize| if let Value::List(prior) = prior { prior.get(index).unwrap_or(NULL) } else { NULL };
            Value::List(items.iter().enumerate().map(|(index, item)| merge(block, before(index), item)).collect())
        }
        (Nesting::Map, Value::Map(entries)) => Value::Map(
            entries.iter().map(|(key, item)| (key.clone(), merge(block, prior.attribute(key), item))).collect(),
        ),
        (Nesting::Set, Value::List(items)) => {
            let mut free: Vec<&Value> =
                if let Value::List(prior) = prior { prior.iter().collect() } else { Vec::new() };
            let merged = items.iter().map(|item| {
                // An element is the one from before that differs only in what the provider may set.
                let same = free.iter().position(|before| merge(block, before, item) == **before);
                same.map_or_else(|| merge(block, NULL, item), |index| free.swap_remove(index).clone())
            });
            Value::List(merged.collect())
        }
        (_, config) => config.clone(),
    }
}
