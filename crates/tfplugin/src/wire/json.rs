//! JSON, as state files hold it, to [`Value`], guided by the type.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::value::RawValue;

use super::{MAX_DEPTH, WireError};
use crate::types::Type;
use crate::value::{Typed, Value};

/// Decodes JSON of type `ty`. Attributes that the type does not have are passed over (an older provider may have stored them);
/// missing ones are null. Numbers keep every digit.
pub fn decode_json(bytes: &[u8], ty: &Type) -> Result<Value, WireError> {
    let raw: &RawValue = serde_json::from_slice(bytes).map_err(json_error)?;
    value(raw, ty, 0)
}

fn value(raw: &RawValue, ty: &Type, depth: usize) -> Result<Value, WireError> {
    let text = raw.get();
    if depth > MAX_DEPTH {
        return Err(WireError::TooDeep);
    }
    if text == "null" {
        return Ok(Value::Null);
    }
    match ty {
        Type::Bool => parse::<bool>(raw).map(Value::Bool),
        Type::String => parse::<String>(raw).map(Value::String),
        Type::Number => {
            // go-cty writes numbers plainly; text is accepted as it accepts it.
            let digits = text.trim_matches('"');
            let number = digits.parse().map_err(|_| WireError::InvalidNumber(digits.chars().take(40).collect()))?;
            Ok(Value::Number(number))
        }
        Type::List(element) | Type::Set(element) => {
            let items = parse::<Vec<&RawValue>>(raw)?;
            Ok(Value::List(items.into_iter().map(|item| value(item, element, depth + 1)).collect::<Result<_, _>>()?))
        }
        Type::Tuple(elements) => {
            let items = parse::<Vec<&RawValue>>(raw)?;
            if items.len() != elements.len() {
                return Err(WireError::TupleLength { expected: elements.len(), found: items.len() });
            }
            let items = items.into_iter().zip(elements).map(|(item, element)| value(item, element, depth + 1));
            Ok(Value::List(items.collect::<Result<_, _>>()?))
        }
        Type::Map(element) => {
            let entries = parse::<BTreeMap<String, &RawValue>>(raw)?.into_iter();
            let entries = entries.map(|(key, item)| Ok((key, value(item, element, depth + 1)?)));
            Ok(Value::Map(entries.collect::<Result<_, WireError>>()?))
        }
        Type::Object(object) => {
            let entries = parse::<BTreeMap<String, &RawValue>>(raw)?;
            let attributes = object.attributes.iter().map(|(name, ty)| {
                let attribute = entries.get(name).map_or(Ok(Value::Null), |item| value(item, ty, depth + 1))?;
                Ok((name.clone(), attribute))
            });
            Ok(Value::Map(attributes.collect::<Result<_, WireError>>()?))
        }
        Type::Dynamic => {
            let mut parts = parse::<BTreeMap<String, &RawValue>>(raw)?;
            match (parts.remove("type"), parts.remove("value")) {
                (Some(ty), Some(inner)) => {
                    let ty = Type::from_bytes(ty.get().as_bytes())?;
                    let value = value(inner, &ty, depth + 1)?;
                    Ok(if value.is_null() { Value::Null } else { Value::Dynamic(Box::new(Typed { ty, value })) })
                }
                _ => Err(WireError::Json("a dynamic value needs \"type\" and \"value\"".to_owned())),
            }
        }
    }
}

fn parse<'a, T: serde::de::Deserialize<'a>>(raw: &'a RawValue) -> Result<T, WireError> {
    serde_json::from_str(raw.get()).map_err(json_error)
}

fn json_error(error: impl fmt::Display) -> WireError {
    WireError::Json(error.to_string())
}
