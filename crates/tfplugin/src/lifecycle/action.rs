//! Actions: checked, planned, invoked.

use std::sync::Arc;

use super::{Of, Pending, Shaped, caught};
use crate::action::{Action, Progress};
use crate::context::Context;
use crate::diagnostics::{Diagnostic, Result};
use crate::model::View;
use crate::path::Path;
use crate::value::Value;

/// An [`Action`] of any type.
pub(crate) trait AnyAction<C>: Shaped {
    fn validate(&self, config: &Value) -> Vec<Diagnostic>;
    fn plan(&self, cx: Arc<Context<C>>, config: Value) -> Pending<Result<()>>;
    fn invoke(&self, cx: Arc<Context<C>>, config: Value, progress: Progress) -> Pending<Result<()>>;
}

impl<A: Action> AnyAction<A::Clients> for Of<A> {
    fn validate(&self, config: &Value) -> Vec<Diagnostic> {
        self.shape.check(config, true, A::validate)
    }

    fn plan(&self, cx: Arc<Context<A::Clients>>, config: Value) -> Pending<Result<()>> {
        let shape = Arc::clone(&self.shape);
        Box::pin(async move {
            let config = shape.with_defaults(&config);
            caught(A::plan(&cx, View::new(&config))).await.flatten()
        })
    }

    fn invoke(&self, cx: Arc<Context<A::Clients>>, config: Value, progress: Progress) -> Pending<Result<()>> {
        let shape = Arc::clone(&self.shape);
        Box::pin(async move {
            let config = shape.with_defaults(&config);
            caught(async { A::invoke(&cx, A::from_value(&config, &Path::root())?, &progress).await }).await.flatten()
        })
    }
}
