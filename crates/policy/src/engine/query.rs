//! Queries: one against one module, `provider::parapet::rego`, and any against all policies, `parapet eval`.

use std::time::Duration;

use regorus::QueryResults;

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
    Ok(value_of(results))
}

/// What a query against all policies comes to.
#[derive(Debug, Clone)]
pub struct Explored {
    /// Its value; a list when it has several results, [`Value::Undefined`] when it has none.
    pub value: Value,
    /// What `print` calls wrote, each as `file:line: text`.
    pub printed: Vec<String>,
    /// Lines of policies that were evaluated, when that was asked for.
    pub evaluated: Vec<EvaluatedFile>,
}

/// Lines of a policy that were evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvaluatedFile {
    /// The policy.
    pub file: String,
    /// Lines from 1, and their text.
    pub lines: Vec<(u32, String)>,
}

/// Evaluates a query against prepared policies.
pub(super) fn explore(
    prepared: &regorus::Engine,
    query: &str,
    input: Option<Value>,
    trace: bool,
    timeout: Duration,
) -> Result<Explored, EngineError> {
    let mut engine = prepared.clone();
    limit(&mut engine, timeout);
    engine.set_gather_prints(true);
    engine.set_enable_coverage(trace);
    engine.set_input(input.unwrap_or(Value::Undefined));
    let results = bounded(query, timeout, &mut engine, |engine| engine.eval_query(query.to_owned(), false))?;
    let files =
        if trace { engine.get_coverage_report().map(|report| report.files).unwrap_or_default() } else { vec![] };
    let evaluated = files.into_iter().filter(|file| !file.covered.is_empty()).map(|file| {
        let line = |number: u32| {
            let at = usize::try_from(number).unwrap_or_default().saturating_sub(1);
            (number, file.code.lines().nth(at).unwrap_or_default().to_owned())
        };
        EvaluatedFile { file: file.path.clone(), lines: file.covered.iter().copied().map(line).collect() }
    });
    let evaluated = evaluated.collect();
    Ok(Explored { value: value_of(results), printed: engine.take_prints().unwrap_or_default(), evaluated })
}

fn value_of(results: QueryResults) -> Value {
    let mut values: Vec<Value> = results
        .result
        .into_iter()
        .filter_map(|result| match &result.bindings {
            Value::Object(bindings) if !bindings.is_empty() => Some(result.bindings),
            _ => result.expressions.into_iter().next_back().map(|expression| expression.value),
        })
        .collect();
    match values.len() {
        0 => Value::Undefined,
        1 => values.remove(0),
        _ => Value::from(values),
    }
}
