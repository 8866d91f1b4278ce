//! `provider::parapet::findings(packs, input)`

use parapet_policy::{Engine, EngineOptions, Severity, input};
use tfplugin::prelude::*;

use crate::policy::{FindingItem, Selection, items, to_policy};

/// The function.
pub(crate) fn findings() -> Function {
    Function::new(
        "findings",
        "What the rules of some packs find in a value.",
        &[
            ("packs", "Packs to judge with, such as `aws` or `kubernetes`."),
            ("input", "A plan (`jsondecode` of `terraform show -json`), a Kubernetes object or an AdmissionReview."),
        ],
        call,
    )
    .describe(
        "What the rules of some packs find in a value: a list of objects with `rule`, `title`, `severity`, `verdict`, `address`, `kind`, \
         `path`, `message`, `remediation`, `cause` and `controls`, the most severe first. Nothing is stopped: for that there is the \
         data source `parapet_policy_check`.",
    )
}

fn call(packs: Vec<String>, subject: Dynamic) -> Result<Vec<FindingItem>, FunctionError> {
    let value = to_policy(subject.value()).map_err(|error| FunctionError::new(error.to_string()).argument(1))?;
    let documents =
        input::from_value("input", value).map_err(|error| FunctionError::new(error.to_string()).argument(1))?;
    let selection = Selection { packs: Some(packs), ..Selection::default() };
    let policies = selection.load_with(None).map_err(|error| FunctionError::new(error.to_string()).argument(0))?;
    let engine =
        Engine::new(&policies, EngineOptions::default()).map_err(|error| FunctionError::new(error.to_string()))?;
    Ok(items(&engine.check(&documents, Severity::Info)))
}
