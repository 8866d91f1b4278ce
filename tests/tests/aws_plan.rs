//! The recorded plan of the AWS stack is what real Terraform and the real provider say today.

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use parapet_tests::checkout;
use parapet_tests::suite::Suite;
use parapet_tests::tools::Terraform;
use parapet_tests::workspace::Workspace;
use serde_json::Value;
use std::path::Path;

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
    for part in ["variables", "planned_values", "resource_changes", "configuration"] {
        let recorded = recorded.get(part).with_context(|| format!("the recorded plan has no {part}"))?;
        // Not assert_eq: two whole plans are no message for a person.
        assert!(
            planned.get(part) == Some(recorded),
            "{part} changed: run `cargo run -p parapet-tests --bin e2e -- record`"
        );
    }
    Ok(())
}
