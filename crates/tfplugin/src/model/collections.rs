//! Field types that the standard library does not have.

use super::FieldType;
use super::field_type::collection;
use crate::diagnostics::{Diagnostic, Result};
use crate::path::Path;
use crate::schema::{Nesting, Shape};
use crate::types::Type;
use crate::value::{NotKnown, Typed, Value};

/// A set: no order, no duplicates. Terraform removes duplicates of what it sends.
#[derive(Clone, Debug, Default, Eq)]
pub struct Set<T>(Vec<T>);

impl<T: PartialEq> PartialEq for Set<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.0.iter().all(|item| other.0.contains(item))
    }
}

impl<T: PartialEq> FromIterator<T> for Set<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut set = Vec::new();
        for item in items {
            if !set.contains(&item) {
                set.push(item);
            }
        }
        Self(set)
    }
}

impl<T> Set<T> {
    /// The elements, in no particular order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }

    /// How many elements.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// No elements.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a, T> IntoIterator for &'a Set<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<T: FieldType> FieldType for Set<T> {
    type Inner = Self;

    fn shape() -> Shape {
        collection(Nesting::Set, T::shape())
    }

    fn decode(value: &Value, at: &Path) -> Result<Self> {
        match value {
            // Elements of a set have no address: an error inside one is shown at the set.
            Value::List(items) => Ok(Self(items.iter().map(|item| T::decode(item, at)).collect::<Result<_>>()?)),
            other => Err(Diagnostic::error("Unexpected value")
                .detail(format!("{at} must be a set, but is {other}."))
                .at(at.clone())
                .into()),
        }
    }

    fn encode(&self) -> Value {
        Value::List(self.0.iter().map(T::encode).collect())
    }
}

/// A value of any type, chosen by the person who writes the configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Dynamic(Typed);

impl Dynamic {
    /// The value; never null, never [`Value::Dynamic`] itself.
    pub fn value(&self) -> &Value {
        &self.0.value
    }

    /// Its type.
    pub fn ty(&self) -> &Type {
        &self.0.ty
    }

    /// As JSON; fails where something inside is not known yet.
    pub fn to_json(&self) -> Result<serde_json::Value, NotKnown> {
        (&self.0.value).try_into()
    }
}

impl From<Value> for Dynamic {
    /// With the type a literal would have.
    fn from(value: Value) -> Self {
        match value {
            Value::Dynamic(typed) => Self(*typed),
            value => Self(Typed { ty: value.implied_type(), value }),
        }
    }
}

impl FieldType for Dynamic {
    type Inner = Self;

    fn shape() -> Shape {
        Shape::Type(Type::Dynamic)
    }

    fn decode(value: &Value, at: &Path) -> Result<Self> {
        match value {
            Value::Dynamic(typed) if !typed.value.is_null() => Ok(Self((**typed).clone())),
            value if value.is_null() => {
                Err(Diagnostic::error("Missing value").detail(format!("{at} must have a value.")).at(at.clone()).into())
            }
            value => Ok(Self::from(value.clone())),
        }
    }

    fn encode(&self) -> Value {
        Value::Dynamic(Box::new(self.0.clone()))
    }
}
