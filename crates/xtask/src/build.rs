//! Building the binaries of this workspace with Cargo.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::checkout;

/// Builds the binary of one package and answers where it is.
///
/// # Errors
/// Cargo cannot be run, or the build fails; what Cargo says is on standard error.
pub fn binary(package: &str, name: &str, profile: &str) -> Result<PathBuf> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--locked", "--message-format=json-render-diagnostics", "--profile", profile])
        .args(["--package", package, "--bin", name])
        .current_dir(checkout::root())
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    if !output.status.success() {
        bail!("building {name} failed; see above");
    }
    // Each line is a message; the one about the artifact names the executable.
    let messages = String::from_utf8(output.stdout).context("cargo does not write UTF-8")?;
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message.pointer("/target/name").and_then(Value::as_str) == Some(name))
        .filter_map(|message| message.get("executable")?.as_str().map(PathBuf::from))
        .next_back()
        .with_context(|| format!("cargo built {name} and does not say where it is"))
}
