//! Looking at values that may not be known yet, through typed paths.

use std::marker::PhantomData;

use super::{FieldType, Known, Model};
use crate::path::{Field, Path};
use crate::value::Value;

/// A configuration, state or plan of model `M`, in which values may be unknown.
#[derive(Debug)]
pub struct View<'a, M> {
    value: &'a Value,
    of: PhantomData<fn() -> M>,
}

impl<M> Clone for View<'_, M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for View<'_, M> {}

impl<'a, M: Model> View<'a, M> {
    pub(crate) fn new(value: &'a Value) -> Self {
        Self { value, of: PhantomData }
    }

    /// What is known of a field: `view.get(&Model::paths().name)`. Unknown also where a part of the value is.
    pub fn get<T: FieldType>(&self, field: &Field<T>) -> Known<T::Inner> {
        match self.raw(field.path()) {
            value if value.is_null() => Known::Null,
            value if !value.is_wholly_known() => Known::Unknown,
            // Terraform has checked values against the schema, so that a known one decodes, except for a fraction where a whole
            // number is asked for, which validation reports.
            value => T::Inner::decode(value, field.path()).map_or(Known::Unknown, Known::Value),
        }
    }

    /// The untyped value at a path; null where there is none.
    pub fn raw(&self, path: &Path) -> &'a Value {
        const NULL: &Value = &Value::Null;
        self.value.get(path).unwrap_or(NULL)
    }
}
