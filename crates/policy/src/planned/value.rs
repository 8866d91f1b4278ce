//! Values of which a part may be known only after apply.

use std::collections::BTreeMap;

use crate::Value;
use crate::path::{AttributePath, Step};

/// A value of which a part may be known only after apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlannedValue {
    /// Known with everything in it; null among it.
    Known(Value),
    /// Known only after apply.
    Unknown,
    /// Elements of a list, set or tuple, some of them not wholly known.
    List(Vec<PlannedValue>),
    /// Attributes of an object or elements of a map, some of them not wholly known.
    Object(BTreeMap<String, PlannedValue>),
}

impl PlannedValue {
    /// A list; known when all its elements are.
    pub fn list(items: Vec<Self>) -> Self {
        if items.iter().all(|item| matches!(item, Self::Known(_))) {
            let known = items.into_iter().filter_map(Self::into_known);
            return Self::Known(Value::from(known.collect::<Vec<_>>()));
        }
        Self::List(items)
    }

    /// An object or map; known when all its parts are.
    pub fn object(entries: impl IntoIterator<Item = (String, Self)>) -> Self {
        let entries: BTreeMap<String, Self> = entries.into_iter().collect();
        if entries.values().all(|value| matches!(value, Self::Known(_))) {
            let known = entries.into_iter().filter_map(|(key, value)| Some((Value::from(key), value.into_known()?)));
            return Self::Known(Value::from(known.collect::<BTreeMap<_, _>>()));
        }
        Self::Object(entries)
    }

    /// Whether it is known to be null.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Known(Value::Null))
    }

    fn into_known(self) -> Option<Value> {
        if let Self::Known(value) = self { Some(value) } else { None }
    }

    /// The value without what is unknown, and the places of that. An unknown element of a list stays as null, so that
    /// positions stay true.
    pub fn known_part(&self) -> (Value, Vec<AttributePath>) {
        let mut unknown = Vec::new();
        let known = self.collect(&mut Vec::new(), &mut unknown);
        (known, unknown)
    }

    fn collect(&self, at: &mut Vec<Step>, unknown: &mut Vec<AttributePath>) -> Value {
        match self {
            Self::Known(value) => value.clone(),
            Self::Unknown => {
                unknown.push(AttributePath(at.clone()));
                Value::Null
            }
            Self::List(items) => {
                let mut list = Vec::new();
                for (index, item) in items.iter().enumerate() {
                    at.push(Step::Index(index));
                    list.push(item.collect(at, unknown));
                    at.pop();
                }
                Value::from(list)
            }
            Self::Object(entries) => {
                let mut object = BTreeMap::new();
                for (key, value) in entries {
                    at.push(Step::Key(key.clone()));
                    let known = value.collect(at, unknown);
                    at.pop();
                    if known != Value::Null {
                        object.insert(Value::from(key.as_str()), known);
                    }
                }
                Value::from(object)
            }
        }
    }

    /// Its parts by name; none of what is no object, is null or unknown.
    pub(super) fn entries(&self) -> Vec<(&str, Self)> {
        match self {
            Self::Object(entries) => entries.iter().map(|(key, value)| (key.as_str(), value.clone())).collect(),
            Self::Known(Value::Object(fields)) => {
                let named = fields.iter_sorted().filter_map(|(key, value)| match key {
                    Value::String(key) => Some((key.as_ref(), Self::Known(value.clone()))),
                    _ => None,
                });
                named.collect()
            }
            _ => Vec::new(),
        }
    }

    /// Its elements; none of what is no list, is null or unknown.
    pub(super) fn elements(&self) -> Vec<Self> {
        match self {
            Self::List(items) => items.clone(),
            Self::Known(Value::Array(items)) => items.iter().cloned().map(Self::Known).collect(),
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_values_are_left_out_and_places_are_kept() {
        let known = |json: &str| PlannedValue::Known(Value::from_json_str(json).unwrap());
        let value = PlannedValue::object([
            ("a".to_owned(), PlannedValue::Unknown),
            ("b".to_owned(), PlannedValue::list(vec![PlannedValue::Unknown, known("2")])),
            ("c".to_owned(), known("null")),
            ("d".to_owned(), PlannedValue::object([("e".to_owned(), known("[null]"))])),
        ]);
        let (part, unknown) = value.known_part();
        assert_eq!(part, Value::from_json_str(r#"{"b": [null, 2], "d": {"e": [null]}}"#).unwrap());
        assert_eq!(unknown.iter().map(ToString::to_string).collect::<Vec<_>>(), ["a", "b[0]"]);
    }

    #[test]
    fn what_is_known_throughout_is_one_value() {
        let one = PlannedValue::Known(Value::from(1_u64));
        assert_eq!(
            PlannedValue::list(vec![PlannedValue::object([("a".to_owned(), one)])]),
            PlannedValue::Known(Value::from_json_str(r#"[{"a": 1}]"#).unwrap())
        );
        assert!(PlannedValue::Known(Value::Null).is_null() && !PlannedValue::Unknown.is_null());
    }
}
