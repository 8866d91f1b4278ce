//! Queries: one against one module, `provider::parapet::rego`, and any against all policies, `parapet eval`.

use std::time::Duration;

use regorus::QueryResults;

use super::worker::{bounded, limit};
use crate::Value;
use crate::error::{EngineError, PolicyError};
use crate::rules::{engine_message, single_module, syntax_error};

/// Name of the module in messages.
const MODULE: &str = "module.rego";

/// Name of the query in messages, and the one the engine has for it.
const QUERY: &str = "query";
const QUERY_OF_ENGINE: &str = "<query.rego>";

/// Evaluates a query.
pub(super) fn evaluate(query: &str, module: &str, input: Value, timeout: Duration) -> Result<Value, EngineError> {
    let mut engine = single_module(MODULE, module)?;
    limit(&mut engine, timeout);
    engine.set_input(input);
    Ok(value_of(ask(QUERY, query, &mut engine, timeout)?))
}

/// What the engine answers. An error in the query itself is shown in it, like one in a file.
fn ask(what: &str, query: &str, engine: &mut regorus::Engine, timeout: Duration) -> Result<QueryResults, EngineError> {
    let mut report = String::new();
    let answer = bounded(what, timeout, engine, |engine| {
        engine.eval_query(query.to_owned(), false).inspect_err(|error| report = error.to_string())
    });
    match answer {
        Err(EngineError::Evaluation { .. }) if report.contains(&format!("--> {QUERY_OF_ENGINE}:")) => {
            Err(in_query(query, &report, engine).into())
        }
        answer => answer,
    }
}

/// An error that is in the query.
fn in_query(query: &str, report: &str, engine: &mut regorus::Engine) -> PolicyError {
    // Whatever is wrong with its first statement, the engine only says "expecting" at the first column, and nothing after it;
    // of any other it says what and where.
    const STATEMENT_BEFORE: &str = "true;\n";
    let again = if engine_message(report) == "expecting" {
        engine.eval_query(format!("{STATEMENT_BEFORE}{query}"), false).err()
    } else {
        None
    };
    let (report, before) = again.map_or_else(|| (report.to_owned(), 0), |error| (error.to_string(), 1));
    match syntax_error(QUERY, &report) {
        PolicyError::Syntax { line, column, message, excerpt, .. } => {
            let shown = line.saturating_sub(before).max(1);
            let excerpt = excerpt.replacen(&format!("\n{line} "), &format!("\n{shown} "), 1);
            PolicyError::Syntax { file: QUERY.to_owned(), line: shown, column, message, excerpt }
        }
        other => other,
    }
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
    let results = ask(query, query, &mut engine, timeout)?;
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
