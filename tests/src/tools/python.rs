//! Packages from PyPI, installed by pip into a virtual environment, each pinned to one file by its digest.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::Skip;
use crate::process;

const PIP_LIMIT: Duration = Duration::from_secs(600);

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
        self.pip(&python(venv), &what, "install", &[])
    }

    /// Downloads the wheel into `dir` and returns its path.
    pub(super) fn download(&self, dir: &Path) -> Result<PathBuf, Skip> {
        let what = format!("the package {} {}", self.name, self.version);
        let to = dir.to_string_lossy();
        self.pip(Path::new("python3"), &what, "download", &["--dest", &to])?;
        fs::read_dir(dir)
            .map_err(|e| Skip::because(&what, e))?
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
            .ok_or_else(|| Skip::because(&what, "pip downloaded no wheel"))
    }

    fn pip(&self, python: &Path, what: &str, action: &str, more: &[&str]) -> Result<(), Skip> {
        let requirements = tempfile::NamedTempFile::new().map_err(|e| Skip::because(what, e))?;
        fs::write(requirements.path(), self.requirement()).map_err(|e| Skip::because(what, e))?;
        let mut pip = Command::new(python);
        pip.args(["-m", "pip", action, "--quiet", "--disable-pip-version-check", "--no-input"])
            .args(["--timeout", "30", "--retries", "2"])
            .args(["--require-hashes", "--no-deps", "--only-binary", ":all:"])
            .args(more)
            .arg("--requirement")
            .arg(requirements.path());
        ran(what, pip)
    }
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
