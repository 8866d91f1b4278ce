//! What everything with a schema has in common, whatever is done with it.

use std::marker::PhantomData;
use std::sync::Arc;

use super::{check_block, plan};
use crate::diagnostics::{Diagnostic, Problems};
use crate::model::{Model, View};
use crate::schema::Schema;
use crate::types::Type;
use crate::value::Value;

/// Schema and type of a model, made once.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) schema: Schema,
    pub(crate) ty: Type,
}

impl Shape {
    fn of<M: Model>() -> Arc<Self> {
        let schema = M::schema();
        Arc::new(Self { ty: schema.block.implied_type(), schema })
    }

    /// Checks a configuration: the rules on attributes first, then those between them.
    pub(super) fn check<M: Model>(
        &self,
        config: &Value,
        write_only_allowed: bool,
        between: impl FnOnce(View<'_, M>, &mut Problems),
    ) -> Vec<Diagnostic> {
        let mut problems = Problems::default();
        check_block(&self.schema.block, config, write_only_allowed, &mut problems);
        between(View::new(config), &mut problems);
        problems.into_vec()
    }

    /// A configuration with defaults where it says nothing.
    pub(super) fn with_defaults(&self, config: &Value) -> Value {
        let mut completed = config.clone();
        plan::apply_defaults(&self.schema.block, config, &mut completed);
        completed
    }
}

/// Something of a provider that has a schema.
pub(crate) trait Shaped: Send + Sync {
    fn shape(&self) -> &Shape;

    fn schema(&self) -> &Schema {
        &self.shape().schema
    }

    fn ty(&self) -> &Type {
        &self.shape().ty
    }
}

/// A data source, an action, ... of any type, for the traits without type parameters.
pub(crate) struct Of<T> {
    pub(super) shape: Arc<Shape>,
    of: PhantomData<fn() -> T>,
}

impl<T> Of<T> {
    /// `M` is what has the schema.
    pub(crate) fn shaped<M: Model>() -> Self {
        Self { shape: Shape::of::<M>(), of: PhantomData }
    }
}

impl<T> Shaped for Of<T> {
    fn shape(&self) -> &Shape {
        &self.shape
    }
}
