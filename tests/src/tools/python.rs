//! Packages from PyPI, installed by pip into a virtual environment, each pinned to one file by its digest.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::Skip;
use super::once::once;
use crate::{checkout, process};

const PIP_LIMIT: Duration = Duration::from_secs(600);

/// moto, which answers most of the sandbox's calls, and everything it needs, each pinned by digest: made with
/// `uv pip compile --universal --python-version 3.10 --generate-hashes --no-header --no-annotate` from `moto[server]==5.2.5`.
const MOTO: &str = include_str!("moto.txt");

/// The `moto_server` of a virtual environment, which holds boto3 as well: `python` is beside it.
///
/// # Errors
/// It is not there and cannot be installed.
pub fn moto_server() -> Result<PathBuf, Skip> {
    // A virtual environment names its own path, so a checkout that was moved gets a new one.
    let key = format!("{MOTO}\n{}", checkout::e2e().display());
    let dir = once("moto", &key, |dir| {
        let what = "a Python environment with moto";
        let mut create = Command::new("python3");
        create.args(["-m", "venv"]).arg(dir.join("venv"));
        ran(what, create)?;
        pip(&python(&dir.join("venv")), what, "install", MOTO, &[])
    })?;
    Ok(dir.join("venv/bin/moto_server"))
}

/// One wheel on PyPI.
pub(super) struct Wheel {
    pub(super) name: &'static str,
    pub(super) version: &'static str,
    /// Digest of the wheel for Linux on x86-64, the platform the tests run on.
    pub(super) sha256: &'static str,
}

impl Wheel {
    pub(super) fn requirement(&self) -> String {
        format!("{}=={} --hash=sha256:{}", self.name, self.version, self.sha256)
    }

    /// Makes a virtual environment in `venv` that holds this package.
    pub(super) fn install(&self, venv: &Path) -> Result<(), Skip> {
        let what = format!("a Python environment with {} {}", self.name, self.version);
        let mut create = Command::new("python3");
        create.args(["-m", "venv"]).arg(venv);
        ran(&what, create)?;
        pip(&python(venv), &what, "install", &self.requirement(), &[])
    }

    /// Downloads the wheel into `dir` and returns its path.
    pub(super) fn download(&self, dir: &Path) -> Result<PathBuf, Skip> {
        let what = format!("the package {} {}", self.name, self.version);
        let to = dir.to_string_lossy();
        pip(Path::new("python3"), &what, "download", &self.requirement(), &["--dest", &to])?;
        fs::read_dir(dir)
            .map_err(|e| Skip::because(&what, e))?
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
            .ok_or_else(|| Skip::because(&what, "pip downloaded no wheel"))
    }
}

/// Lets pip do something with `requirements`, each of them pinned by digest.
fn pip(python: &Path, what: &str, action: &str, requirements: &str, more: &[&str]) -> Result<(), Skip> {
    let file = tempfile::NamedTempFile::new().map_err(|e| Skip::because(what, e))?;
    fs::write(file.path(), requirements).map_err(|e| Skip::because(what, e))?;
    let mut pip = Command::new(python);
    pip.args(["-m", "pip", action, "--quiet", "--disable-pip-version-check", "--no-input"])
        .args(["--timeout", "30", "--retries", "2"])
        .args(["--require-hashes", "--no-deps", "--only-binary", ":all:"])
        .args(more)
        .arg("--requirement")
        .arg(file.path());
    ran(what, pip)
}

pub(super) fn python(venv: &Path) -> PathBuf {
    venv.join("bin/python")
}

/// Runs `command`; what it says last becomes the reason if it fails.
pub(super) fn ran(what: &str, command: Command) -> Result<(), Skip> {
    let run = process::run(command, PIP_LIMIT).map_err(|e| Skip::because(what, e))?;
    if run.status.success() {
        return Ok(());
    }
    Err(Skip::because(what, if run.stderr.trim().is_empty() { &run.stdout } else { &run.stderr }))
}
