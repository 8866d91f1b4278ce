//! The recorded plan of the AWS stack is what real Terraform and the real provider say today.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use parapet_tests::checkout;
use parapet_tests::suite::Suite;
use parapet_tests::tools::Terraform;
use parapet_tests::workspace::Workspace;
use serde_json::Value;

fn main() -> ExitCode {
    Suite::new().aws("recorded_plan_is_current", recorded_plan_is_current).run()
}

fn recorded_plan_is_current(terraform: &Terraform, mirror: &Path) -> Result<()> {
    let recorded = std::fs::read(checkout::fixture("plans/aws-3.39.0-stack.json"))?;
    let recorded: Value = serde_json::from_slice(&recorded)?;
    let workspace = Workspace::new(terraform)?.with_mirror(mirror)?;
    workspace.copy(&checkout::fixture("aws-stack"))?;
    workspace.init()?.succeeds();
    workspace.validate()?.succeeds();
    workspace.plan(&[])?.succeeds().says("55 to add, 0 to change, 0 to destroy");
    let planned = workspace.show_plan()?;
    for part in ["variables", "resource_changes", "configuration"] {
        let was = comparable(recorded.get(part).with_context(|| format!("the recorded plan has no {part}"))?);
        let is = comparable(planned.get(part).with_context(|| format!("the new plan has no {part}"))?);
        // Not assert_eq: two whole plans are no message for a person.
        assert!(was == is, "{part} changed: run `cargo run -p parapet-tests --bin e2e -- record`");
    }
    Ok(())
}

/// Terraform writes the references of an expression in a new order each time.
fn comparable(value: &Value) -> Value {
    match value {
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), comparable_under(key, value))).collect(),
        Value::Array(items) => items.iter().map(comparable).collect(),
        other => other.clone(),
    }
}

fn comparable_under(key: &str, value: &Value) -> Value {
    match value {
        Value::Array(references) if key == "references" => {
            let mut sorted = references.clone();
            sorted.sort_by_key(ToString::to_string);
            Value::Array(sorted)
        }
        other => comparable(other),
    }
}
