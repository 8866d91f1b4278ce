//! Reading and writing the fields of an object, for derived code.

use std::collections::BTreeMap;

use super::field_type::model;
use super::{FieldType, Model};
use crate::diagnostics::Result;
use crate::path::Path;
use crate::value::Value;

/// An object being read.
#[derive(Debug)]
pub struct Object<'a> {
    value: &'a Value,
    at: &'a Path,
}

impl<'a> Object<'a> {
    /// The object `value`, which stands at `at`.
    pub fn new(value: &'a Value, at: &'a Path) -> Self {
        Self { value, at }
    }

    /// One field; an attribute that is not there is null.
    pub fn field<T: FieldType>(&self, name: &str) -> Result<T> {
        T::decode(self.value.attribute(name), &self.at.attribute(name))
    }

    /// A nested model, for the `FieldType` that the derive writes.
    pub fn nested<M: Model>(value: &Value, at: &Path) -> Result<M> {
        model(value, at)
    }
}

/// An object being written.
#[derive(Debug, Default)]
pub struct ObjectBuilder(BTreeMap<String, Value>);

impl ObjectBuilder {
    /// An empty object.
    pub fn new() -> Self {
        Self::default()
    }

    /// One field.
    #[must_use]
    pub fn field<T: FieldType>(mut self, name: &str, value: &T) -> Self {
        self.0.insert(name.to_owned(), value.encode());
        self
    }

    /// The object.
    pub fn build(self) -> Value {
        Value::Map(self.0)
    }
}
