//! Refreshing the state of one object.

use super::Outcome;
use super::apply::{finish, prefer_planned};
use crate::context::Context;
use crate::diagnostics::{Error, Result};
use crate::model::Object;
use crate::path::Path;
use crate::resource::Resource;
use crate::schema::Block;
use crate::value::Value;

pub(crate) async fn read<R: Resource>(cx: &Context<R::Clients>, block: &Block, current: Value) -> Outcome {
    match refreshed::<R>(cx, &current).await {
        Ok(None) => Outcome { state: Value::Null, problems: Vec::new() },
        Ok(Some(model)) => {
            let mut state = model.to_value();
            prefer_planned(&mut state, &current);
            finish(block, state, &Value::Null)
        }
        // Nothing is lost because a read failed.
        Err(error) => Outcome { state: current, problems: error.into_diagnostics() },
    }
}

async fn refreshed<R: Resource>(cx: &Context<R::Clients>, current: &Value) -> Result<Option<R>> {
    let root = Path::root();
    let key = R::key_of(&Object::new(current, &root)).map_err(|error| {
        let reason = error.diagnostics().first().map(|problem| problem.detail.clone()).unwrap_or_default();
        Error::new("State without a key").detail(format!(
            "The state does not say which object it is about: {reason} Remove the resource from the state with `terraform state rm` \
             and import the object, if there is one.",
        ))
    })?;
    // Right after an import, or after a create that failed early, there is no more than the key.
    let prior = R::from_value(current, &root).ok();
    R::read(cx, &key, prior.as_ref()).await
}
