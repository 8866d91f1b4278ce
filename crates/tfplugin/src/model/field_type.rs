//! Which Rust types a field may have, and what they mean in a schema.

use std::collections::BTreeMap;

use super::Model;
use crate::diagnostics::{Diagnostic, Error, Result};
use crate::number::Number;
use crate::path::Path;
use crate::schema::{Nesting, Presence, Shape};
use crate::types::Type;
use crate::value::Value;

/// A type a field of a model may have. The type is the constraint: `T` required, `Option<T>` optional, [`Computed<T>`] computed.
pub trait FieldType: Sized {
    /// Who sets the attribute.
    const PRESENCE: Presence = Presence::Required;
    /// The type of a value that is there: `T` of an `Option<T>`.
    type Inner: FieldType;

    /// Type of the attribute.
    fn shape() -> Shape;

    /// Reads a value. `at` is named by the error.
    fn decode(value: &Value, at: &Path) -> Result<Self>;

    /// Writes the value.
    fn encode(&self) -> Value;
}

/// A value that the provider sets: unknown while planning, then known or absent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Computed<T> {
    /// Known after apply.
    #[default]
    Unknown,
    /// Absent.
    Null,
    /// There.
    Known(T),
}

impl<T> Computed<T> {
    /// The value, where it is there.
    pub fn known(&self) -> Option<&T> {
        if let Self::Known(value) = self { Some(value) } else { None }
    }

    /// The value, where it is there.
    pub fn into_known(self) -> Option<T> {
        if let Self::Known(value) = self { Some(value) } else { None }
    }
}

impl<T> From<T> for Computed<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

impl<T> From<Option<T>> for Computed<T> {
    /// `None` is absent, not unknown.
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Known)
    }
}

/// What is known of a value while validating or planning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known<T> {
    /// Known only after apply.
    Unknown,
    /// Absent.
    Null,
    /// This value.
    Value(T),
}

impl<T> Known<T> {
    /// The value, where it is known and there.
    pub fn value(self) -> Option<T> {
        if let Self::Value(value) = self { Some(value) } else { None }
    }
}

/// The shape of a field's type, used by the derive for computed key fields as well.
pub fn shape_of<T: FieldType>() -> Shape {
    T::shape()
}

/// Reads a value that must be there.
pub fn required<T: FieldType>(value: &Value, at: &Path) -> Result<T> {
    T::decode(value, at)
}

/// The error for a value that does not fit.
fn unfit(expected: &str, value: &Value, at: &Path) -> Error {
    let summary = match value {
        Value::Null => "Missing value",
        Value::Unknown(_) => "Value not known",
        _ => "Unexpected value",
    };
    Diagnostic::error(summary).detail(format!("{at} must be {expected}, but is {value}.")).at(at.clone()).into()
}

macro_rules! scalar {
    ($rust:ty, $terraform:expr, $expected:literal, $pattern:pat => $decoded:expr) => {
        impl FieldType for $rust {
            type Inner = Self;

            fn shape() -> Shape {
                Shape::Type($terraform)
            }

            fn decode(value: &Value, at: &Path) -> Result<Self> {
                match value {
                    $pattern => $decoded.ok_or_else(|| unfit($expected, value, at)),
                    _ => Err(unfit($expected, value, at)),
                }
            }

            fn encode(&self) -> Value {
                Value::from(self.clone())
            }
        }
    };
}

scalar!(String, Type::String, "a string", Value::String(text) => Some(text.clone()));
scalar!(bool, Type::Bool, "true or false", Value::Bool(flag) => Some(*flag));
scalar!(i64, Type::Number, "a whole number", Value::Number(number) => number.to_i64());
scalar!(f64, Type::Number, "a number", Value::Number(number) => Some(number.to_f64()));

impl FieldType for Number {
    type Inner = Self;

    fn shape() -> Shape {
        Shape::Type(Type::Number)
    }

    fn decode(value: &Value, at: &Path) -> Result<Self> {
        if let Value::Number(number) = value { Ok(number.clone()) } else { Err(unfit("a number", value, at)) }
    }

    fn encode(&self) -> Value {
        Value::Number(self.clone())
    }
}

impl<T: FieldType> FieldType for Option<T> {
    const PRESENCE: Presence = Presence::Optional;
    type Inner = T;

    fn shape() -> Shape {
        T::shape()
    }

    fn decode(value: &Value, at: &Path) -> Result<Self> {
        if value.is_null() { Ok(None) } else { T::decode(value, at).map(Some) }
    }

    fn encode(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::encode)
    }
}

impl<T: FieldType> FieldType for Computed<T> {
    const PRESENCE: Presence = Presence::Computed;
    type Inner = T;

    fn shape() -> Shape {
        T::shape()
    }

    fn decode(value: &Value, at: &Path) -> Result<Self> {
        match value {
            value if value.is_null() => Ok(Self::Null),
            // A partly known computed value is decided at apply as a whole.
            value if !value.is_wholly_known() => Ok(Self::Unknown),
            value => T::decode(value, at).map(Self::Known),
        }
    }

    fn encode(&self) -> Value {
        match self {
            Self::Unknown => Value::unknown(),
            Self::Null => Value::Null,
            Self::Known(value) => value.encode(),
        }
    }
}

/// The shape of a collection: nested objects keep the rules of their attributes.
pub(super) fn collection(nesting: Nesting, element: Shape) -> Shape {
    match element {
        Shape::Nested { nesting: Nesting::Single, object } => Shape::Nested { nesting, object },
        Shape::Nested { nesting: inner, object } => Shape::Type(nesting.of(inner.of(object.implied_type()))),
        Shape::Type(ty) => Shape::Type(nesting.of(ty)),
    }
}

impl<T: FieldType> FieldType for Vec<T> {
    type Inner = Self;

    fn shape() -> Shape {
        collection(Nesting::List, T::shape())
    }

    fn decode(value: &Value, at: &Path) -> Result<Self> {
        match value {
            Value::List(items) => {
                items.iter().enumerate().map(|(index, item)| T::decode(item, &at.index(index))).collect()
            }
            _ => Err(unfit("a list", value, at)),
        }
    }

    fn encode(&self) -> Value {
        Value::List(self.iter().map(T::encode).collect())
    }
}

impl<T: FieldType> FieldType for BTreeMap<String, T> {
    type Inner = Self;

    fn shape() -> Shape {
        collection(Nesting::Map, T::shape())
    }

    fn decode(value: &Value, at: &Path) -> Result<Self> {
        match value {
            Value::Map(entries) => {
                entries.iter().map(|(key, item)| Ok((key.clone(), T::decode(item, &at.key(key))?))).collect()
            }
            _ => Err(unfit("a map", value, at)),
        }
    }

    fn encode(&self) -> Value {
        Value::Map(self.iter().map(|(key, item)| (key.clone(), item.encode())).collect())
    }
}

/// Reads a nested model; called by the derive.
pub(super) fn model<M: Model>(value: &Value, at: &Path) -> Result<M> {
    if matches!(value, Value::Map(_)) { M::from_value(value, at) } else { Err(unfit("an object", value, at)) }
}
