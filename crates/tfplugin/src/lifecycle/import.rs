//! Adopting an existing object: an import id becomes a state that holds the key and nothing else; Terraform then reads the rest.

use crate::diagnostics::{Error, Result};
use crate::path::Path;
use crate::schema::Block;
use crate::types::Type;
use crate::value::Value;

/// Splits `id` at `/` into as many parts as the key has fields. The last field takes what is left, slashes included.
pub(crate) fn import(block: &Block, key_fields: &[&str], id: &str) -> Result<Value> {
    let parts: Vec<&str> = id.splitn(key_fields.len(), '/').collect();
    if parts.len() != key_fields.len() || parts.iter().any(|part| part.is_empty()) {
        return Err(Error::new("Unusable import id").detail(format!(
            "Expected an id of the form {}, got {id:?}.",
            key_fields.iter().map(|field| format!("<{field}>")).collect::<Vec<_>>().join("/"),
        )));
    }
    let mut state: std::collections::BTreeMap<String, Value> =
        block.attributes.iter().map(|attribute| (attribute.name.clone(), Value::Null)).collect();
    for nested in &block.blocks {
        state.insert(nested.name.clone(), empty(&nested.nesting.of(nested.block.implied_type())));
    }
    for (name, part) in key_fields.iter().zip(parts) {
        let Some(attribute) = block.attributes.iter().find(|attribute| attribute.name == *name) else { continue };
        let value = match attribute.implied_type() {
            Type::Number => part.parse().ok().map(Value::Number),
            Type::Bool => part.parse().ok().map(Value::Bool),
            _ => Some(Value::from(part)),
        };
        let value = value.filter(|value| (attribute.decodes)(value, &Path::root()).is_ok()).ok_or_else(|| {
            Error::new("Unusable import id").detail(format!("{part:?} is not a value for {name}, in the id {id:?}."))
        })?;
        state.insert((*name).to_owned(), value);
    }
    Ok(Value::Map(state))
}

/// Blocks that are not there are empty collections, never null.
fn empty(ty: &Type) -> Value {
    match ty {
        Type::List(_) | Type::Set(_) => Value::List(Vec::new()),
        Type::Map(_) => Value::Map(std::collections::BTreeMap::new()),
        _ => Value::Null,
    }
}
