//! Terraform values as policy values and back, without a detour through JSON text.

use parapet_policy::Value as PolicyValue;
use tfplugin::number::Number;
use tfplugin::value::{NotKnown, Value};

/// A wholly known Terraform value for the policy engine. Nulls stay: rules for plain values see what the author wrote.
pub(crate) fn to_policy(value: &Value) -> Result<PolicyValue, NotKnown> {
    Ok(match value {
        Value::Null => PolicyValue::Null,
        Value::Unknown(_) => return Err(NotKnown),
        Value::Bool(flag) => PolicyValue::from(*flag),
        Value::Number(number) => number_to_policy(number),
        Value::String(text) => PolicyValue::from(text.as_str()),
        Value::List(items) => PolicyValue::from(items.iter().map(to_policy).collect::<Result<Vec<_>, _>>()?),
        Value::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| Ok((PolicyValue::from(key.as_str()), to_policy(value)?)));
            PolicyValue::from(entries.collect::<Result<std::collections::BTreeMap<_, _>, NotKnown>>()?)
        }
        Value::Dynamic(typed) => to_policy(&typed.value)?,
    })
}

fn number_to_policy(number: &Number) -> PolicyValue {
    let exact = number.to_i64().map(PolicyValue::from);
    exact
        .or_else(|| PolicyValue::from_numeric_string(&number.to_string()).ok())
        .unwrap_or_else(|| PolicyValue::from(number.to_f64()))
}

/// What a query answered, as a Terraform value: sets become lists, and an undefined result is null. Object keys that are no strings are written as
/// JSON.
pub(crate) fn from_policy(value: &PolicyValue) -> Value {
    match value {
        PolicyValue::Null | PolicyValue::Undefined => Value::Null,
        PolicyValue::Bool(flag) => Value::from(*flag),
        PolicyValue::Number(number) => match number.as_i64() {
            Some(int) => Value::from(int),
            None => number.format_decimal().parse().map_or(Value::Null, Value::Number),
        },
        PolicyValue::String(text) => Value::from(text.as_ref()),
        PolicyValue::Array(items) => Value::List(items.iter().map(from_policy).collect()),
        PolicyValue::Set(items) => Value::List(items.iter().map(from_policy).collect()),
        PolicyValue::Object(entries) => {
            Value::Map(entries.iter().map(|(key, value)| (key_text(key), from_policy(value))).collect())
        }
    }
}

fn key_text(key: &PolicyValue) -> String {
    match key {
        PolicyValue::String(text) => text.to_string(),
        other => other.to_json_str().unwrap_or_default(),
    }
}
