//! Values of Terraform as JSON.

use serde_json::{Number, Value as Json};
use tfplugin::value::Value;

/// Null for what is not known; a number that JSON cannot carry becomes its text.
pub(super) fn of(value: &Value) -> Json {
    match value {
        Value::Null | Value::Unknown(_) => Json::Null,
        Value::Bool(it) => Json::Bool(*it),
        Value::Number(number) => {
            let text = number.to_string();
            serde_json::from_str::<Number>(&text).map_or_else(|_| Json::String(text), Json::Number)
        }
        Value::String(it) => Json::String(it.clone()),
        Value::List(items) => Json::Array(items.iter().map(of).collect()),
        Value::Map(entries) => Json::Object(entries.iter().map(|(key, it)| (key.clone(), of(it))).collect()),
        Value::Dynamic(typed) => of(&typed.value),
    }
}
