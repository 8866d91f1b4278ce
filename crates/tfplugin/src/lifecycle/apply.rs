//! Carrying out a planned change.

use super::plan::forget_write_only;
use super::{ApplyInput, Outcome, caught, walk};
use crate::context::Context;
use crate::diagnostics::{Diagnostic, Result};
use crate::path::Path;
use crate::resource::{Resource, Saved};
use crate::schema::Block;
use crate::value::Value;

pub(crate) async fn apply<R: Resource>(cx: &Context<R::Clients>, block: &Block, input: ApplyInput) -> Outcome {
    let ApplyInput { prior, planned, config } = input;
    let mut saved = Saved::<R>::new();
    let deleting = planned.is_null();
    // A panic must not lose what has been saved before it.
    let result = caught(change::<R>(cx, block, &prior, &planned, &config, &mut saved)).await;
    match result.flatten() {
        Ok(None) if deleting => Outcome { state: Value::Null, problems: Vec::new() },
        Ok(model) => finish(block, model.map_or(Value::Null, |model| model.to_value()), &planned),
        Err(error) => {
            // What was there before is still what is known, unless the resource has said more.
            let mut state = saved.into_state().unwrap_or(prior);
            forget_write_only(block, &mut state);
            Outcome { state, problems: error.into_diagnostics() }
        }
    }
}

async fn change<R: Resource>(
    cx: &Context<R::Clients>,
    block: &Block,
    prior: &Value,
    planned: &Value,
    config: &Value,
    saved: &mut Saved<R>,
) -> Result<Option<R>> {
    let root = Path::root();
    if planned.is_null() {
        R::delete(cx, R::from_value(prior, &root)?).await?;
        return Ok(None);
    }
    let mut wanted = planned.clone();
    recall_write_only(block, config, &mut wanted);
    let wanted = R::from_value(&wanted, &root)?;
    if prior.is_null() {
        R::create(cx, wanted, saved).await.map(Some)
    } else {
        R::update(cx, R::from_value(prior, &root)?, wanted, saved).await.map(Some)
    }
}

/// Write-only values are in the configuration alone.
fn recall_write_only(block: &Block, config: &Value, wanted: &mut Value) {
    walk::edit(block, config, wanted, &mut |attribute, configured, here| {
        if attribute.write_only {
            *here = configured.clone();
        }
        true
    });
}

/// What an operation returns becomes state: nothing write-only, nothing unknown, and numbers as Terraform had them.
pub(crate) fn finish(block: &Block, mut state: Value, planned: &Value) -> Outcome {
    forget_write_only(block, &mut state);
    prefer_planned(&mut state, planned);
    let mut problems = Vec::new();
    walk::attributes(block, &state, &Path::root(), &mut |attribute, value, at| {
        let nested = matches!(attribute.shape, crate::schema::Shape::Nested { .. });
        if value.is_unknown() || (!nested && !value.is_wholly_known()) {
            let detail = format!("{at} is still unknown after the operation. This is a bug in the provider.");
            problems.push(Diagnostic::error("Unknown value after apply").detail(detail).at(at));
        }
    });
    Outcome { state: state.without_unknowns(), problems }
}

/// A number read through `f64` may have lost digits that Terraform compares: where both mean the same, the planned one stays.
pub(crate) fn prefer_planned(state: &mut Value, planned: &Value) {
    match (state, planned) {
        (Value::Number(number), Value::Number(planned)) if number.to_f64().to_bits() == planned.to_f64().to_bits() => {
            *number = planned.clone();
        }
        (Value::List(items), Value::List(planned)) => {
            for (item, planned) in items.iter_mut().zip(planned) {
                prefer_planned(item, planned);
            }
        }
        (Value::Map(entries), Value::Map(planned)) => {
            for (name, value) in entries {
                if let Some(planned) = planned.get(name) {
                    prefer_planned(value, planned);
                }
            }
        }
        _ => {}
    }
}
