//! Typed configuration and state: Rust structs on one side, [`Value`] trees on the other.

mod collections;
mod field_type;
mod object;
mod view;

pub use collections::{Dynamic, Set};
pub use field_type::{Computed, FieldType, Known, required, shape_of};
pub use object::{Object, ObjectBuilder};
pub use view::View;

use crate::diagnostics::{Diagnostic, Result};
use crate::path::{Field, Path};
use crate::schema::{Block, Schema};
use crate::value::Value;

/// A struct that is a block of configuration. Derived; see the crate documentation for the attributes.
pub trait Model: FieldType + Send + Sync + 'static {
    /// Name without the provider's prefix (`spot_node_group`); empty for nested blocks.
    const NAME: &'static str;
    /// Version of the stored state.
    const VERSION: i64;
    /// Typed paths of the fields.
    type Paths;

    /// The shape.
    fn block() -> Block;

    /// Reads the fields. Fails at the attribute that is null or unknown where the field's type cannot be.
    fn from_object(object: &Object<'_>) -> Result<Self>;

    /// Writes the fields.
    fn to_value(&self) -> Value;

    /// Typed paths of the fields, below `at`.
    fn paths_at(at: &Path) -> Self::Paths;

    /// Typed paths of the fields of a resource, data source or provider.
    fn paths() -> Self::Paths {
        Self::paths_at(&Path::root())
    }

    /// The versioned shape.
    fn schema() -> Schema {
        Schema { version: Self::VERSION, block: Self::block() }
    }

    /// Reads a whole value.
    fn from_value(value: &Value, at: &Path) -> Result<Self> {
        match value {
            Value::Map(_) => Self::from_object(&Object::new(value, at)),
            other => Err(Diagnostic::error("Unexpected value")
                .detail(format!("Expected an object, found {other}."))
                .at(at.clone())
                .into()),
        }
    }
}

/// A model with `#[attr(key)]` fields: what identifies the object. They are its import id and, since Terraform 1.12, its identity.
pub trait Keyed: Model {
    /// The key fields, typed. A computed key field is there as the plain type.
    type Key: Send + Sync;
    /// Names of the key fields, in the order in which an import id lists them.
    const KEY_FIELDS: &'static [&'static str];

    /// Reads the key out of a value of the whole model.
    fn key_of(object: &Object<'_>) -> Result<Self::Key>;

    /// Writes the key as an object of the key fields.
    fn key_value(key: &Self::Key) -> Value;
}

/// What identifies an object of resource `R`.
pub type Key<R> = <R as Keyed>::Key;

impl<M: Model> Field<M> {
    /// Typed paths of the fields of this nested object.
    pub fn fields(&self) -> M::Paths {
        M::paths_at(self.path())
    }
}

impl<M: Model> Field<Option<M>> {
    /// Typed paths of the fields of this nested object.
    pub fn fields(&self) -> M::Paths {
        M::paths_at(self.path())
    }
}

impl<T> Field<Vec<T>> {
    /// One element.
    pub fn index(&self, index: usize) -> Field<T> {
        Field::new(self.path().index(index))
    }
}

impl<T> Field<std::collections::BTreeMap<String, T>> {
    /// One element.
    pub fn key(&self, key: &str) -> Field<T> {
        Field::new(self.path().key(key))
    }
}
