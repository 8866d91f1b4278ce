//! The recorded plans are what real Terraform and the real AWS provider say today.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use parapet_tests::recorded;
use parapet_tests::suite::Suite;
use parapet_tests::tools::Terraform;
use serde_json::Value;

fn main() -> ExitCode {
    Suite::new().aws("aws_stack", aws_stack).terraform("lifecycle", lifecycle).run()
}

const REMEDY: &str = "if that is intended, run `cargo run -p parapet-tests --bin e2e -- record`";

fn aws_stack(terraform: &Terraform, mirror: &Path) -> Result<()> {
    let recorded = read(&recorded::aws_plan())?;
    let workspace = recorded::plan_aws_stack(terraform, mirror)?;
    workspace.validate()?.succeeds();
    let planned = workspace.show_plan()?;
    for part in ["variables", "resource_changes", "configuration"] {
        let was = comparable(recorded.get(part).with_context(|| format!("the recorded plan has no {part}"))?);
        let is = comparable(planned.get(part).with_context(|| format!("the new plan has no {part}"))?);
        // Not assert_eq: two whole plans are no message for a person.
        assert!(was == is, "{part} changed; {REMEDY}");
    }
    assert_eq!(actions(&planned)?.len(), 55);
    Ok(())
}

/// Ids are random, so what is compared is what happens to which address.
fn lifecycle(terraform: &Terraform) -> Result<()> {
    let recorded = actions(&read(&recorded::lifecycle_plan())?)?;
    let planned = actions(&recorded::plan_lifecycle(terraform)?.show_plan()?)?;
    assert_eq!(planned, recorded, "{REMEDY}");
    for kind in ["no-op", "create", "read", "update", "delete", "delete create", "create delete", "forget"] {
        assert!(planned.values().any(|actions| actions == kind), "no resource of the stack has the action {kind}");
    }
    Ok(())
}

fn read(path: &Path) -> Result<Value> {
    let text = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} is no JSON", path.display()))
}

/// Address to actions, for example `delete create`.
fn actions(plan: &Value) -> Result<BTreeMap<String, String>> {
    let changes = plan.get("resource_changes").and_then(Value::as_array).context("the plan has no resource_changes")?;
    changes
        .iter()
        .map(|change| {
            let address = change.get("address").and_then(Value::as_str).context("a change has no address")?;
            let actions = change.pointer("/change/actions").and_then(Value::as_array).context("no actions")?;
            let actions: Vec<&str> = actions.iter().filter_map(Value::as_str).collect();
            Ok((address.to_owned(), actions.join(" ")))
        })
        .collect()
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
