//! Terraform types, and their JSON notation on the wire.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

/// A type constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// `bool`
    Bool,
    /// `number`
    Number,
    /// `string`
    String,
    /// Any type; the value carries its own.
    Dynamic,
    /// `list(T)`
    List(Box<Type>),
    /// `set(T)`
    Set(Box<Type>),
    /// `map(T)`
    Map(Box<Type>),
    /// `tuple([T, ...])`
    Tuple(Vec<Type>),
    /// `object({ name = T, ... })`
    Object(ObjectType),
}

/// Attributes of an object type.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ObjectType {
    /// Name and type of each attribute.
    pub attributes: BTreeMap<String, Type>,
    /// Names that may be left out.
    pub optional: BTreeSet<String>,
}

/// A type notation that cannot be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a type: {0}")]
pub struct InvalidType(String);

impl Type {
    /// `list(element)`
    pub fn list(element: Type) -> Self {
        Self::List(Box::new(element))
    }

    /// `set(element)`
    pub fn set(element: Type) -> Self {
        Self::Set(Box::new(element))
    }

    /// `map(element)`
    pub fn map(element: Type) -> Self {
        Self::Map(Box::new(element))
    }

    /// An object type without optional attributes.
    pub fn object<N: Into<String>>(attributes: impl IntoIterator<Item = (N, Type)>) -> Self {
        Self::Object(ObjectType {
            attributes: attributes.into_iter().map(|(name, ty)| (name.into(), ty)).collect(),
            optional: BTreeSet::new(),
        })
    }

    /// The notation Terraform uses: `"string"`, `["list","string"]`, `["object",{"a":"bool"}]`.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Bool => json!("bool"),
            Self::Number => json!("number"),
            Self::String => json!("string"),
            Self::Dynamic => json!("dynamic"),
            Self::List(element) => json!(["list", element.to_json()]),
            Self::Set(element) => json!(["set", element.to_json()]),
            Self::Map(element) => json!(["map", element.to_json()]),
            Self::Tuple(elements) => json!(["tuple", elements.iter().map(Self::to_json).collect::<Vec<_>>()]),
            Self::Object(object) => {
                let attributes: serde_json::Map<_, _> =
                    object.attributes.iter().map(|(name, ty)| (name.clone(), ty.to_json())).collect();
                if object.optional.is_empty() {
                    json!(["object", attributes])
                } else {
                    json!(["object", attributes, object.optional])
                }
            }
        }
    }

    /// [`Type::to_json`] as bytes, with the escapes that Terraform's own writer uses.
    pub fn to_bytes(&self) -> Vec<u8> {
        // These characters stand in attribute names alone, never in the notation itself.
        const ESCAPES: [(char, &str); 5] =
            [('<', "\\u003c"), ('>', "\\u003e"), ('&', "\\u0026"), ('\u{2028}', "\\u2028"), ('\u{2029}', "\\u2029")];
        let text = self.to_json().to_string();
        ESCAPES.iter().fold(text, |text, (plain, escaped)| text.replace(*plain, escaped)).into_bytes()
    }

    /// Reads Terraform's notation. Nesting is bounded by the JSON reader (128 levels).
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, InvalidType> {
        let json: Json = serde_json::from_slice(bytes).map_err(|error| InvalidType(error.to_string()))?;
        Self::from_json(&json)
    }

    fn from_json(json: &Json) -> Result<Self, InvalidType> {
        let invalid = || InvalidType(json.to_string());
        match json {
            Json::String(name) => match name.as_str() {
                "bool" => Ok(Self::Bool),
                "number" => Ok(Self::Number),
                "string" => Ok(Self::String),
                "dynamic" => Ok(Self::Dynamic),
                _ => Err(invalid()),
            },
            Json::Array(parts) => match parts.as_slice() {
                [Json::String(kind), element] if kind == "list" => Ok(Self::list(Self::from_json(element)?)),
                [Json::String(kind), element] if kind == "set" => Ok(Self::set(Self::from_json(element)?)),
                [Json::String(kind), element] if kind == "map" => Ok(Self::map(Self::from_json(element)?)),
                [Json::String(kind), Json::Array(elements)] if kind == "tuple" => {
                    Ok(Self::Tuple(elements.iter().map(Self::from_json).collect::<Result<_, _>>()?))
                }
                [Json::String(kind), Json::Object(attributes), rest @ ..] if kind == "object" => {
                    let attributes = attributes
                        .iter()
                        .map(|(name, ty)| Ok((name.clone(), Self::from_json(ty)?)))
                        .collect::<Result<_, _>>()?;
                    let optional = match rest {
                        [] => BTreeSet::new(),
                        [Json::Array(names)] => names
                            .iter()
                            .map(|name| name.as_str().map(str::to_owned).ok_or_else(invalid))
                            .collect::<Result<_, _>>()?,
                        _ => return Err(invalid()),
                    };
                    Ok(Self::Object(ObjectType { attributes, optional }))
                }
                _ => Err(invalid()),
            },
            _ => Err(invalid()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notation_round_trips() {
        for text in [
            r#""string""#,
            r#"["list","bool"]"#,
            r#"["object",{"a":["map","number"],"b":["tuple",["string","dynamic"]]}]"#,
            r#"["object",{"a":["set","string"]},["a"]]"#,
        ] {
            let ty = Type::from_bytes(text.as_bytes()).unwrap();
            assert_eq!(ty.to_json().to_string(), text);
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "1", r#""text""#, r#"["list"]"#, r#"["list","string",1]"#, r#"["object",{"a":1}]"#] {
            assert!(Type::from_bytes(text.as_bytes()).is_err(), "{text}");
        }
        let deep = format!("{}\"string\"{}", r#"["list","#.repeat(10_000), "]".repeat(10_000));
        assert!(Type::from_bytes(deep.as_bytes()).is_err());
    }
}
