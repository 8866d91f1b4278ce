//! Plans made by real Terraform and kept in `tests/fixtures/plans`, and the stacks they are made of.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use crate::checkout;
use crate::process::Run;
use crate::tools::Terraform;
use crate::workspace::{SAVED_PLAN, Workspace};

/// The plan of `tests/fixtures/aws-stack`.
#[must_use]
pub fn aws_plan() -> PathBuf {
    checkout::fixture("plans/aws-3.39.0-stack.json")
}

/// The plan of `tests/fixtures/lifecycle`.
#[must_use]
pub fn lifecycle_plan() -> PathBuf {
    checkout::fixture("plans/lifecycle.json")
}

/// Plans the AWS stack with the real provider out of `mirror`. The plan is saved in the workspace.
///
/// # Errors
/// Terraform fails.
pub fn plan_aws_stack(terraform: &Terraform, mirror: &Path) -> Result<Workspace> {
    let workspace = Workspace::new(terraform)?.with_mirror(mirror)?;
    workspace.copy(&checkout::fixture("aws-stack"))?;
    done(workspace.init()?)?;
    done(workspace.plan(&[])?)?;
    Ok(workspace)
}

/// Applies what was there before, then plans every kind of change on top of it.
///
/// # Errors
/// Terraform fails.
pub fn plan_lifecycle(terraform: &Terraform) -> Result<Workspace> {
    let workspace = Workspace::new(terraform)?;
    workspace.copy(&checkout::fixture("lifecycle/1-before"))?;
    done(workspace.init()?)?;
    done(workspace.apply(&[])?)?;
    workspace.copy(&checkout::fixture("lifecycle/2-after"))?;
    done(workspace.plan(&[])?)?;
    Ok(workspace)
}

/// The saved plan of `workspace` as Terraform prints it, byte for byte.
///
/// # Errors
/// Terraform fails.
pub fn shown(workspace: &Workspace) -> Result<String> {
    Ok(done(workspace.run(["show", "-json", SAVED_PLAN])?)?.stdout)
}

fn done(run: Run) -> Result<Run> {
    ensure!(run.status.success(), "{run}");
    Ok(run)
}
