//! Packages of Debian, unpacked and not installed.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::Skip;
use super::once::once;
use super::python::ran;

/// The files of a package, in the version that the machine's package lists have.
///
/// # Errors
/// It is not there and cannot be downloaded.
pub fn debian(package: &str) -> Result<PathBuf, Skip> {
    once(&format!("debian-{package}"), package, |dir| unpack(package, dir))
}

fn unpack(package: &str, dir: &Path) -> Result<(), Skip> {
    let what = format!("the Debian package {package}");
    let mut download = Command::new("apt-get");
    download.args(["download", "--quiet", package]).current_dir(dir);
    ran(&what, download)?;
    let archive = std::fs::read_dir(dir)
        .map_err(|e| Skip::because(&what, e))?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "deb"))
        .ok_or_else(|| Skip::because(&what, "apt-get downloaded no package"))?;
    let mut extract = Command::new("dpkg");
    extract.arg("-x").arg(&archive).arg(dir);
    ran(&what, extract)
}
