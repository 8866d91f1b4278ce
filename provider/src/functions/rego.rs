//! `provider::parapet::rego(query, module, input)`

use parapet_policy::{Engine, EngineOptions, Policies};
use tfplugin::prelude::*;
use tfplugin::value::Value;

use crate::policy::{from_policy, to_policy};

/// The function.
pub(crate) fn rego() -> Function {
    Function::new(
        "rego",
        "The answer of a Rego query.",
        &[
            ("query", "Query, such as `data.acme.names`."),
            ("module", "Rego module the query may refer to."),
            ("input", "Any value; the module sees it as `input`."),
        ],
        call,
    )
    .describe(
        "The answer of a Rego query over a module and an input, as a value: sets become lists, and a query without an answer (undefined) \
         is null. Evaluation time is bounded, and nothing outside the arguments can be reached.",
    )
}

fn call(query: String, module: String, subject: Dynamic) -> Result<Option<Dynamic>, FunctionError> {
    let value = to_policy(subject.value()).map_err(|error| FunctionError::new(error.to_string()).argument(2))?;
    let failed = |error: &dyn std::error::Error| FunctionError::new(error.to_string());
    // The packs are no part of what the query can see.
    let policies = Policies::builder().embedded(false).build().map_err(|error| failed(&error))?;
    let engine = Engine::new(&policies, EngineOptions::default()).map_err(|error| failed(&error))?;
    let answer = engine.query(&query, &module, value).map_err(|error| failed(&error).argument(1))?;
    Ok(match from_policy(&answer) {
        Value::Null => None,
        value => Some(Dynamic::from(value)),
    })
}
