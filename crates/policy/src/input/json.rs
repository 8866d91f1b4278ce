//! Decoding of JSON into the engine's values, and of the masks that Terraform puts beside them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::Value;
use crate::path::{AttributePath, Step};

/// Levels of nesting that are read; `serde_json` refuses more as well.
pub(crate) const MAX_DEPTH: usize = 120;

/// Decodes a value without the attributes that are null: in Rego, an attribute that is not set is absent. Elements of
/// lists stay, so that positions stay true.
pub(crate) fn without_nulls(json: &str) -> serde_json::Result<Value> {
    decode(json, WithoutNulls)
}

/// The paths at which a mask (`after_unknown`, `after_sensitive`) says `true`.
pub(crate) fn marked_paths(json: &str) -> serde_json::Result<Vec<AttributePath>> {
    let mut marks = Marks { here: Vec::new(), found: Vec::new() };
    decode(json, &mut marks)?;
    Ok(marks.found)
}

/// The value without its null attributes.
pub(crate) fn drop_nulls(value: Value) -> Value {
    match value {
        // As it is, without a copy: most values hold none.
        value if !holds_null_field(&value) => value,
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(_, v)| !matches!(v, Value::Null));
            Value::from(kept.map(|(k, v)| (k.clone(), drop_nulls(v.clone()))).collect::<BTreeMap<_, _>>())
        }
        Value::Array(items) => Value::from(items.iter().cloned().map(drop_nulls).collect::<Vec<_>>()),
        other => other,
    }
}

fn holds_null_field(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.iter().any(|(_, v)| matches!(v, Value::Null) || holds_null_field(v)),
        Value::Array(items) => items.iter().any(holds_null_field),
        _ => false,
    }
}

fn decode<'de, S: DeserializeSeed<'de>>(json: &'de str, seed: S) -> serde_json::Result<S::Value> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let value = seed.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// Whether a text is nested deeper than `limit`. Only a text that parses gives a true answer.
pub(crate) fn is_deeper_than(json: &str, limit: usize) -> bool {
    let opens = |byte: &u8| matches!(byte, b'{' | b'[');
    // Counting is much faster than following strings; nearly no text has brackets enough.
    if json.bytes().filter(|byte| opens(byte)).count() <= limit {
        return false;
    }
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in json.bytes() {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
        } else if byte == b'"' {
            in_string = true;
        } else if opens(&byte) {
            depth += 1;
            if depth > limit {
                return true;
            }
        } else if matches!(byte, b'}' | b']') {
            depth = depth.saturating_sub(1);
        }
    }
    false
}

/// The fields of an object as they stand in the text. A key that stands twice is there twice; the last one counts.
pub(crate) struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Fields<'a> {
    pub(crate) fn parse(json: &'a str) -> serde_json::Result<Self> {
        serde_json::from_str(json)
    }

    pub(crate) fn get(&self, key: &str) -> Option<&'a str> {
        self.0.iter().rev().find(|(name, _)| name == key).map(|(_, raw)| raw.get())
    }

    pub(crate) fn text(&self, key: &str) -> Option<String> {
        serde_json::from_str(self.get(key)?).ok()
    }
}

impl<'de> serde::Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;
        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some(Key(key)) = map.next_key()? {
                    fields.push((key, map.next_value()?));
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(FieldsVisitor)
    }
}

/// An object key, borrowed from the text unless it has escapes.
struct Key<'a>(Cow<'a, str>);

impl<'de> serde::Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E: Error>(self, key: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(key)))
            }

            fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

#[derive(Clone, Copy)]
struct WithoutNulls;

impl<'de> DeserializeSeed<'de> for WithoutNulls {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for WithoutNulls {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, v: bool) -> Result<Value, E> {
        Ok(Value::Bool(v))
    }

    fn visit_u64<E: Error>(self, v: u64) -> Result<Value, E> {
        Ok(Value::from(v))
    }

    fn visit_i64<E: Error>(self, v: i64) -> Result<Value, E> {
        Ok(Value::from(v))
    }

    fn visit_f64<E: Error>(self, v: f64) -> Result<Value, E> {
        if v.is_finite() { Ok(Value::from(v)) } else { Err(E::custom("number out of range")) }
    }

    fn visit_str<E: Error>(self, v: &str) -> Result<Value, E> {
        Ok(Value::String(v.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(self)? {
            items.push(item);
        }
        Ok(Value::from(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut fields = BTreeMap::new();
        while let Some(Key(key)) = map.next_key()? {
            match map.next_value_seed(self)? {
                // A later duplicate wins, also when it is null.
                Value::Null => drop(fields.remove(&Value::from(key.as_ref()))),
                value => drop(fields.insert(Value::from(key.as_ref()), value)),
            }
        }
        Ok(Value::from(fields))
    }
}

struct Marks {
    here: Vec<Step>,
    found: Vec<AttributePath>,
}

impl<'de> DeserializeSeed<'de> for &mut Marks {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut Marks {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("true, false, or an object or list of them")
    }

    fn visit_bool<E: Error>(self, marked: bool) -> Result<(), E> {
        if marked {
            self.found.push(AttributePath(self.here.clone()));
        }
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let mut index = 0;
        loop {
            self.here.push(Step::Index(index));
            let more = seq.next_element_seed(&mut *self)?;
            self.here.pop();
            if more.is_none() {
                return Ok(());
            }
            index += 1;
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Key(key)) = map.next_key()? {
            self.here.push(Step::Key(key.into_owned()));
            map.next_value_seed(&mut *self)?;
            self.here.pop();
        }
        Ok(())
    }
}

/// Skips a value, for its grammar only.
pub(crate) fn is_json(json: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(json).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nulls_are_left_out_of_objects_only() {
        let value =
            without_nulls(r#"{"a": null, "b": [null, {"c": null, "d": 1}], "e": 1, "e": null, "f": -2, "g": 1.5}"#);
        assert_eq!(serde_json::to_string(&value.unwrap()).unwrap(), r#"{"b":[null,{"d":1}],"f":-2,"g":1.5}"#);
        let value = Value::from_json_str(r#"{"a": null, "b": [null, {"c": null}]}"#).unwrap();
        assert_eq!(serde_json::to_string(&drop_nulls(value)).unwrap(), r#"{"b":[null,{}]}"#);
    }

    #[test]
    fn marks() {
        let paths = marked_paths(r#"{"a": true, "b": [false, {"c d": true}], "e": {}, "f": false}"#).unwrap();
        let texts: Vec<_> = paths.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["a", r#"b[1]["c d"]"#]);
        assert_eq!(marked_paths("true").unwrap(), [AttributePath::default()]);
        assert!(marked_paths("false").unwrap().is_empty());
        assert!(marked_paths("3").is_err());
    }

    #[test]
    fn depth() {
        assert!(is_deeper_than(&format!("{}{}", "[".repeat(11), "]".repeat(11)), 10));
        assert!(!is_deeper_than(&"[]".repeat(11), 10));
        assert!(!is_deeper_than(&format!("{:?}", "[".repeat(11)), 10));
    }

    #[test]
    fn the_last_duplicate_counts() {
        let fields = Fields::parse(r#"{"a": 1, "\u0061": 2}"#).unwrap();
        assert_eq!(fields.get("a"), Some("2"));
    }
}
