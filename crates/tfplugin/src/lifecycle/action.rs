//! Actions: checked, planned, invoked.

use std::marker::PhantomData;
use std::sync::Arc;

use super::{Pending, Shape, caught, check_block, plan};
use crate::action::{Action, Progress};
use crate::context::Context;
use crate::diagnostics::{Diagnostic, Problems, Result};
use crate::model::View;
use crate::path::Path;
use crate::schema::Schema;
use crate::types::Type;
use crate::value::Value;

/// An [`Action`] of any type.
pub(crate) trait AnyAction<C>: Send + Sync {
    fn schema(&self) -> &Schema;
    fn ty(&self) -> &Type;
    fn validate(&self, config: &Value) -> Vec<Diagnostic>;
    fn plan(&self, cx: Arc<Context<C>>, config: Value) -> Pending<Result<()>>;
    fn invoke(&self, cx: Arc<Context<C>>, config: Value, progress: Progress) -> Pending<Result<()>>;
}

pub(crate) struct ActionOf<A> {
    shape: Arc<Shape>,
    of: PhantomData<fn() -> A>,
}

impl<A: Action> ActionOf<A> {
    pub(crate) fn new() -> Self {
        Self { shape: Shape::of::<A>(), of: PhantomData }
    }
}

impl<A: Action> AnyAction<A::Clients> for ActionOf<A> {
    fn schema(&self) -> &Schema {
        &self.shape.schema
    }

    fn ty(&self) -> &Type {
        &self.shape.ty
    }

    fn validate(&self, config: &Value) -> Vec<Diagnostic> {
        let mut problems = Problems::default();
        check_block(&self.shape.schema.block, config, true, &mut problems);
        A::validate(View::new(config), &mut problems);
        problems.into_vec()
    }

    fn plan(&self, cx: Arc<Context<A::Clients>>, config: Value) -> Pending<Result<()>> {
        let shape = Arc::clone(&self.shape);
        Box::pin(async move {
            let config = with_defaults(&shape.schema, config);
            caught(A::plan(&cx, View::new(&config))).await.flatten()
        })
    }

    fn invoke(&self, cx: Arc<Context<A::Clients>>, config: Value, progress: Progress) -> Pending<Result<()>> {
        let shape = Arc::clone(&self.shape);
        Box::pin(async move {
            let config = with_defaults(&shape.schema, config);
            caught(async { A::invoke(&cx, A::from_value(&config, &Path::root())?, &progress).await }).await.flatten()
        })
    }
}

fn with_defaults(schema: &Schema, config: Value) -> Value {
    let mut completed = config.clone();
    plan::apply_defaults(&schema.block, &config, &mut completed);
    completed
}
