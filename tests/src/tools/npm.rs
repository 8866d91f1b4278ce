//! Packages from npm, unpacked and not installed: nothing of them is run.

use std::fs;
use std::path::Path;
use std::process::Command;

use sha2::{Digest as _, Sha256};

use super::Skip;
use super::python::ran;

/// One package, in one version.
pub(super) struct Package {
    pub(super) name: &'static str,
    pub(super) version: &'static str,
    /// Digest of its archive.
    pub(super) sha256: &'static str,
}

impl Package {
    /// Puts the files of the package into `dir`.
    pub(super) fn unpack(&self, dir: &Path) -> Result<(), Skip> {
        let what = format!("the npm package {} {}", self.name, self.version);
        let because = |error: std::io::Error| Skip::because(&what, error);
        fs::create_dir_all(dir).map_err(because)?;
        let mut download = Command::new("npm");
        download.args(["pack", "--silent", "--pack-destination"]).arg(dir);
        download.arg(format!("{}@{}", self.name, self.version)).current_dir(dir);
        ran(&what, download)?;
        let archive = fs::read_dir(dir)
            .map_err(because)?
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .find(|path| path.extension().is_some_and(|extension| extension == "tgz"))
            .ok_or_else(|| Skip::because(&what, "npm downloaded no archive"))?;
        let found = Sha256::digest(fs::read(&archive).map_err(because)?);
        let found: String = found.iter().map(|byte| format!("{byte:02x}")).collect();
        if found != self.sha256 {
            return Err(Skip(format!("{what}: its digest is {found} and not {}", self.sha256)));
        }
        let mut extract = Command::new("tar");
        extract.args(["-xz", "--strip-components=1", "-f"]).arg(&archive).arg("-C").arg(dir);
        ran(&what, extract)
    }
}
