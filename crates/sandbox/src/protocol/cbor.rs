//! Smithy RPC v2 CBOR, which current SDKs speak to CloudWatch and Compute Optimizer: read and written as JSON, so that services know one form.

use ciborium::Value as Cbor;
use serde_json::{Map, Number, Value};

use super::{Answer, ApiError};

/// Members that are timestamps: CBOR tags them, JSON does not tell them from numbers.
const TIMESTAMPS: [&str; 11] = [
    "Timestamp",
    "Timestamps",
    "StartTime",
    "EndTime",
    "LastModified",
    "StateUpdatedTimestamp",
    "AlarmConfigurationUpdatedTimestamp",
    "StateTransitionedTimestamp",
    "CreationDate",
    "LastUpdateDate",
    "lastUpdatedTimestamp",
];

/// Members that are floating-point numbers even when they are whole: JSON may write 3 for 3.0, and readers of CBOR are strict.
const FLOATS: [&str; 8] = ["Values", "Value", "SampleCount", "Average", "Sum", "Minimum", "Maximum", "Threshold"];

/// How a number is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Written {
    AsIs,
    Timestamp,
    Float,
}

/// Reads a request.
///
/// # Errors
/// `SerializationException` when the body is no CBOR, or holds what JSON has no form for.
pub fn read(body: &[u8]) -> Result<Value, ApiError> {
    if body.is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    let cbor: Cbor = ciborium::from_reader(body).map_err(|e| invalid(&e.to_string()))?;
    to_json(cbor)
}

/// Writes an answer.
#[must_use]
pub fn answer(value: &Value) -> Answer {
    Answer::ok("application/cbor", bytes(value)).with("smithy-protocol", "rpc-v2-cbor")
}

pub(super) fn error(error: &ApiError) -> Vec<u8> {
    bytes(&serde_json::json!({ "__type": error.code, "message": error.message, "Message": error.message }))
}

fn bytes(value: &Value) -> Vec<u8> {
    let mut body = Vec::new();
    // Writing to memory cannot fail.
    let _written = ciborium::into_writer(&from_json(value, Written::AsIs), &mut body);
    body
}

fn invalid(why: &str) -> ApiError {
    ApiError::new("SerializationException", format!("The request is not valid CBOR: {why}"))
}

fn to_json(cbor: Cbor) -> Result<Value, ApiError> {
    Ok(match cbor {
        Cbor::Null => Value::Null,
        Cbor::Bool(it) => Value::Bool(it),
        Cbor::Text(it) => Value::String(it),
        Cbor::Integer(it) => match i64::try_from(it) {
            Ok(number) => Value::from(number),
            Err(_) => Value::from(u64::try_from(it).map_err(|_| invalid("an integer is out of range"))?),
        },
        Cbor::Float(it) => Number::from_f64(it).map_or(Value::Null, Value::Number),
        // Tag 1 is a timestamp in seconds since 1970, as a number.
        Cbor::Tag(_, inside) => to_json(*inside)?,
        Cbor::Array(items) => Value::Array(items.into_iter().map(to_json).collect::<Result<_, _>>()?),
        Cbor::Map(entries) => {
            let mut map = Map::new();
            for (key, value) in entries {
                let Cbor::Text(key) = key else { return Err(invalid("a key is no text")) };
                map.insert(key, to_json(value)?);
            }
            Value::Object(map)
        }
        _ => return Err(invalid("a value has no form in JSON")),
    })
}

fn from_json(value: &Value, written: Written) -> Cbor {
    match value {
        Value::Null => Cbor::Null,
        Value::Bool(it) => Cbor::Bool(*it),
        Value::String(it) => Cbor::Text(it.clone()),
        Value::Number(it) => {
            let float = Cbor::Float(it.as_f64().unwrap_or_default());
            match (written, it.as_i64()) {
                (Written::Timestamp, _) => Cbor::Tag(1, Box::new(float)),
                (Written::AsIs, Some(whole)) => Cbor::Integer(whole.into()),
                _ => float,
            }
        }
        Value::Array(items) => Cbor::Array(items.iter().map(|item| from_json(item, written)).collect()),
        Value::Object(map) => Cbor::Map(
            map.iter().map(|(key, value)| (Cbor::Text(key.clone()), from_json(value, written_as(key)))).collect(),
        ),
    }
}

fn written_as(member: &str) -> Written {
    if TIMESTAMPS.contains(&member) {
        Written::Timestamp
    } else if FLOATS.contains(&member) {
        Written::Float
    } else {
        Written::AsIs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn timestamps_are_tagged_and_read_back() {
        let value = json!({ "Timestamps": [1.5, 60], "Values": [3, 0.25], "Label": "x", "Gone": null });
        let body = bytes(&value);
        let cbor: Cbor = ciborium::from_reader(body.as_slice()).unwrap();
        let Cbor::Map(entries) = cbor else { panic!("no map") };
        let (_, stamps) = entries.iter().find(|(key, _)| key.as_text() == Some("Timestamps")).unwrap();
        assert!(matches!(stamps, Cbor::Array(items) if matches!(items[0], Cbor::Tag(1, _))));
        assert_eq!(
            read(&body).unwrap(),
            json!({ "Timestamps": [1.5, 60.0], "Values": [3.0, 0.25], "Label": "x", "Gone": null })
        );
    }

    #[test]
    fn nonsense_is_an_error() {
        assert_eq!(read(&[0xff]).unwrap_err().code, "SerializationException");
    }
}
