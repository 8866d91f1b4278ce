//! A Terraform behind the guard, driven like any other.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use anyhow::Result;
use parapet_tests::provider;
use parapet_tests::tools::Terraform;
use tempfile::TempDir;

/// A program that runs `terraform` behind `parapet guard` with these options. It is there as long as the directory.
pub(crate) fn guarded(terraform: &Terraform, options: &str) -> Result<(TempDir, Terraform)> {
    let directory = tempfile::tempdir()?;
    let program = directory.path().join("terraform");
    let parapet = provider::built("parapet")?;
    let script = format!(
        "#!/bin/sh\nexec '{}' guard {options} -- '{}' \"$@\"\n",
        parapet.display(),
        terraform.program.display()
    );
    fs::write(&program, script)?;
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
    Ok((directory, Terraform { version: terraform.version.clone(), program }))
}
