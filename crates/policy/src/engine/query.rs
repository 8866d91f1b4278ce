//! One query against one module: `provider::parapet::rego`.

use std::time::Duration;

use super::worker::{bounded, limit};
use crate::Value;
use crate::error::EngineError;
use crate::rules::single_module;

/// Name of the module in messages.
const MODULE: &str = "module.rego";

/// Evaluates a query.
pub(super) fn evaluate(query: &str, module: &str, input: Value, timeout: Duration) -> Result<Value, EngineError> {
    let mut engine = single_module(MODULE, module)?;
    limit(&mut engine, timeout);
    engine.set_input(input);
    let results = bounded("query", timeout, &mut engine, |engine| engine.eval_query(query.to_owned(), false))?;
    let mut values: Vec<Value> = results
        .result
        .into_iter()
        .filter_map(|result| match &result.bindings {
            Value::Object(bindings) if !bindings.is_empty() => Some(result.bindings),
            _ => result.expressions.into_iter().next_back().map(|expression| expression.value),
        })
        .collect();
    Ok(match values.len() {
        0 => Value::Undefined,
        1 => values.remove(0),
        _ => Value::from(values),
    })
}
