//! Adopting an existing object: an import id or an identity becomes a state that holds the key and nothing else; Terraform then
//! reads the rest.

use std::collections::BTreeMap;

use crate::diagnostics::{Error, Result};
use crate::path::Path;
use crate::schema::{Attribute, Block};
use crate::types::Type;
use crate::value::Value;

/// Splits `id` at `separator` into as many parts as the key has fields. The last field takes what is left, separators included.
pub(crate) fn by_id(block: &Block, key_fields: &[&str], separator: char, id: &str) -> Result<Value> {
    let parts: Vec<&str> = id.splitn(key_fields.len(), separator).collect();
    if parts.len() != key_fields.len() || parts.iter().any(|part| part.is_empty()) {
        return Err(Error::new("Unusable import id").detail(format!(
            "Expected an id of the form {}, got {id:?}.",
            key_fields.iter().map(|field| format!("<{field}>")).collect::<Vec<_>>().join(&separator.to_string()),
        )));
    }
    let mut key = BTreeMap::new();
    for (attribute, part) in key_attributes(block, key_fields).zip(parts) {
        let value = match attribute.implied_type() {
            Type::Number => part.parse().ok().map(Value::Number),
            Type::Bool => part.parse().ok().map(Value::Bool),
            _ => Some(Value::from(part)),
        };
        let value = value.filter(|value| fits(attribute, value)).ok_or_else(|| {
            let detail = format!("{part:?} is not a value for {}, in the id {id:?}.", attribute.name);
            Error::new("Unusable import id").detail(detail)
        })?;
        key.insert(attribute.name.clone(), value);
    }
    Ok(with_key(block, key))
}

/// Takes the key from an identity.
pub(crate) fn by_identity(block: &Block, key_fields: &[&str], identity: &Value) -> Result<Value> {
    let mut key = BTreeMap::new();
    for attribute in key_attributes(block, key_fields) {
        let value = identity.attribute(&attribute.name);
        // An empty text names nothing, in an id as in an identity.
        if !fits(attribute, value) || *value == Value::from("") {
            let detail = format!("{value} is not a value for {}, in the identity {identity}.", attribute.name);
            return Err(Error::new("Unusable identity").detail(detail));
        }
        key.insert(attribute.name.clone(), value.clone());
    }
    Ok(with_key(block, key))
}

fn key_attributes<'a>(block: &'a Block, key_fields: &'a [&str]) -> impl Iterator<Item = &'a Attribute> {
    key_fields.iter().filter_map(|name| block.attributes.iter().find(|attribute| attribute.name == *name))
}

fn fits(attribute: &Attribute, value: &Value) -> bool {
    !value.is_null() && value.is_wholly_known() && (attribute.decodes)(value, &Path::root()).is_ok()
}

/// A state of nothing but the key.
fn with_key(block: &Block, key: BTreeMap<String, Value>) -> Value {
    let mut state: BTreeMap<String, Value> =
        block.attributes.iter().map(|attribute| (attribute.name.clone(), Value::Null)).collect();
    for nested in &block.blocks {
        state.insert(nested.name.clone(), empty(&nested.nesting.of(nested.block.implied_type())));
    }
    state.extend(key);
    Value::Map(state)
}

/// Blocks that are not there are empty collections, never null.
fn empty(ty: &Type) -> Value {
    match ty {
        Type::List(_) | Type::Set(_) => Value::List(Vec::new()),
        Type::Map(_) => Value::Map(BTreeMap::new()),
        _ => Value::Null,
    }
}
