//! Listing objects: events flow while the list is still looking.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::{Of, Pending, Shaped, caught};
use crate::context::{Context, interrupted};
use crate::diagnostics::Diagnostic;
use crate::list::{Found, List};
use crate::path::Path;
use crate::resource::Resource;
use crate::value::Value;

/// What Terraform asks for.
#[derive(Debug)]
pub(crate) struct ListRequest {
    pub(crate) config: Value,
    pub(crate) wants_objects: bool,
    /// Most objects.
    pub(crate) limit: i64,
    pub(crate) events: mpsc::Sender<Listed>,
}

/// One event: an object that was found, or problems with the list as a whole.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) name: String,
    /// Null when no object is meant.
    pub(crate) identity: Value,
    pub(crate) object: Option<Value>,
    pub(crate) problems: Vec<Diagnostic>,
}

/// A [`List`] of any resource.
pub(crate) trait AnyList<C>: Shaped {
    fn validate(&self, config: &Value) -> Vec<Diagnostic>;
    fn list(&self, cx: Arc<Context<C>>, request: ListRequest) -> Pending<()>;
}

impl<R: Resource, L: List<R>> AnyList<R::Clients> for Of<(R, L)> {
    fn validate(&self, config: &Value) -> Vec<Diagnostic> {
        self.shape.check(config, true, L::validate)
    }

    fn list(&self, cx: Arc<Context<R::Clients>>, request: ListRequest) -> Pending<()> {
        let shape = Arc::clone(&self.shape);
        Box::pin(async move {
            let ListRequest { config, wants_objects, limit, events } = request;
            let with_defaults = shape.with_defaults(&config);
            let mut found = Found::<R>::new(Arc::clone(&cx), events.clone(), wants_objects, limit);
            if found.wanted() == 0 {
                return;
            }
            let listing = caught(async {
                let config = L::from_value(&with_defaults, &Path::root())?;
                L::list(&cx, config, &mut found).await
            });
            // A list changes nothing, so that it may be dropped anywhere.
            let result = tokio::select! {
                result = listing => result.flatten(),
                () = cx.stopped() => Err(interrupted()),
                () = events.closed() => return,
            };
            let mut problems = cx.take_warnings();
            if let (Err(error), false) = (result, found.ended()) {
                problems.extend(error.into_diagnostics());
            }
            if !problems.is_empty() {
                let last = Listed { name: String::new(), identity: Value::Null, object: None, problems };
                // Nobody is there to be told when the stream has been closed.
                let _closed = events.send(last).await;
            }
        })
    }
}
