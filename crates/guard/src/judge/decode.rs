//! States and configurations out of messages, without the provider's schema.

use bytes::Bytes;
use parapet_policy::Value as PolicyValue;
use parapet_policy::planned::PlannedValue;
use prost::Message as _;
use tfplugin::number::Number;
use tfplugin::value::Value;
use tfplugin::wire;

use super::messages::DynamicValue;

/// Reads an encoded `DynamicValue`: MessagePack when there is any, else JSON, else null.
///
/// # Errors
/// What is wrong with the bytes.
pub(super) fn planned_value(encoded: &Bytes) -> Result<PlannedValue, String> {
    let dynamic = DynamicValue::decode(encoded.clone()).map_err(|error| error.to_string())?;
    if !dynamic.msgpack.is_empty() {
        let value = wire::decode_untyped(&dynamic.msgpack).map_err(|error| error.to_string())?;
        return Ok(of_value(value));
    }
    if dynamic.json.is_empty() {
        return Ok(PlannedValue::Known(PolicyValue::Null));
    }
    // JSON has no notation for what is unknown.
    let text = std::str::from_utf8(&dynamic.json).map_err(|error| error.to_string())?;
    PolicyValue::from_json_str(text).map(PlannedValue::Known).map_err(|error| error.to_string())
}

fn of_value(value: Value) -> PlannedValue {
    match value {
        Value::Null => PlannedValue::Known(PolicyValue::Null),
        Value::Unknown(_) => PlannedValue::Unknown,
        Value::Bool(flag) => PlannedValue::Known(PolicyValue::from(flag)),
        Value::Number(number) => PlannedValue::Known(of_number(&number)),
        Value::String(text) => PlannedValue::Known(PolicyValue::from(text.as_str())),
        Value::List(items) => PlannedValue::list(items.into_iter().map(of_value).collect()),
        Value::Map(entries) => PlannedValue::object(entries.into_iter().map(|(key, value)| (key, of_value(value)))),
        Value::Dynamic(typed) => of_value(typed.value),
    }
}

fn of_number(number: &Number) -> PolicyValue {
    let exact = number.to_i64().map(PolicyValue::from);
    exact
        .or_else(|| PolicyValue::from_numeric_string(&number.to_string()).ok())
        .unwrap_or_else(|| PolicyValue::from(number.to_f64()))
}
