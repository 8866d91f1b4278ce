//! Provider binaries, put where Terraform finds them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context as _, Result, bail, ensure};

/// A provider binary and the address it is installed under.
#[derive(Debug, Clone)]
pub struct Provider {
    /// `namespace/name` on registry.terraform.io.
    pub source: String,
    /// For example `0.1.0`.
    pub version: String,
    /// The built binary.
    pub binary: PathBuf,
}

impl Provider {
    /// A provider of this workspace's version.
    #[must_use]
    pub fn new(source: &str, binary: impl Into<PathBuf>) -> Self {
        Self { source: source.to_owned(), version: env!("CARGO_PKG_VERSION").to_owned(), binary: binary.into() }
    }

    /// `parapet-io/parapet`, as built into the directory of the running test.
    ///
    /// # Errors
    /// It has not been built, or its sources changed since.
    pub fn parapet() -> Result<Self> {
        Ok(Self::new("parapet-io/parapet", built("terraform-provider-parapet")?))
    }

    /// Puts the binary into a filesystem mirror.
    ///
    /// # Errors
    /// The address is not `namespace/name`, or the mirror cannot be written.
    pub fn install(&self, mirror: &Path) -> Result<()> {
        let Some((_, name)) = self.source.split_once('/') else {
            bail!("a provider's source is `namespace/name`, not {:?}", self.source);
        };
        let platform = mirror.join("registry.terraform.io").join(&self.source).join(&self.version).join(platform());
        let to = platform.join(format!("terraform-provider-{name}_v{}", self.version));
        fs::create_dir_all(&platform).with_context(|| format!("cannot create {}", platform.display()))?;
        // A link costs nothing; a debug binary is large and every test has a mirror of its own.
        fs::hard_link(&self.binary, &to)
            .or_else(|_| fs::copy(&self.binary, &to).map(drop))
            .with_context(|| format!("cannot install {} as {}", self.binary.display(), to.display()))
    }
}

/// A binary of another package of this workspace, next to the running test.
///
/// Cargo tells a test only about binaries of its own package and does not build others for it, so a missing or stale one
/// is an error that names the command to run. The variable `PARAPET_BUILT` says that the caller has just built: sources
/// edited while the tests run are then nobody's fault.
///
/// # Errors
/// It has not been built, or its sources changed since.
pub fn built(name: &str) -> Result<PathBuf> {
    let test = env::current_exe().context("cannot find the running test")?;
    // target/PROFILE/deps/TEST for a test, target/PROFILE/TOOL for a binary.
    let profile = test
        .ancestors()
        .skip(1)
        .find(|dir| !dir.ends_with("deps"))
        .with_context(|| format!("{} is in no target directory", test.display()))?;
    let binary = profile.join(name);
    let made = modified(&binary)
        .with_context(|| format!("{name} is not built: run `cargo build --workspace --bins` and repeat"))?;
    if env::var_os("PARAPET_BUILT").is_some() {
        return Ok(binary);
    }
    let sources = binary.with_extension("d");
    let listed = fs::read_to_string(&sources).with_context(|| format!("cannot read {}", sources.display()))?;
    for source in dependencies(&listed) {
        let current = modified(&source).is_ok_and(|changed| changed <= made);
        ensure!(current, "{name} is older than {}: run `cargo build --workspace --bins` and repeat", source.display());
    }
    Ok(binary)
}

/// The files a binary was made of, out of the Makefile rule that Cargo leaves beside it.
fn dependencies(rule: &str) -> Vec<PathBuf> {
    let (_, files) = rule.split_once(": ").unwrap_or_default();
    let escaped = files.trim().replace("\\ ", "\0");
    escaped.split(' ').filter(|file| !file.is_empty()).map(|file| PathBuf::from(file.replace('\0', " "))).collect()
}

fn modified(path: &Path) -> Result<SystemTime> {
    fs::metadata(path).and_then(|it| it.modified()).with_context(|| format!("cannot read {}", path.display()))
}

/// The machine's platform as Terraform names it, for example `linux_amd64`.
#[must_use]
pub fn platform() -> String {
    let os = if env::consts::OS == "macos" { "darwin" } else { env::consts::OS };
    let arch = match env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{os}_{arch}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_rule_cargo_leaves() {
        let rule = "/t/debug/tool: /src/main.rs /src/with\\ blank.rs\n";
        assert_eq!(dependencies(rule), [PathBuf::from("/src/main.rs"), PathBuf::from("/src/with blank.rs")]);
        assert_eq!(dependencies(""), Vec::<PathBuf>::new());
    }

    #[test]
    fn a_missing_binary_is_an_error_with_the_remedy() {
        let error = built("no-such-tool").unwrap_err();
        assert!(format!("{error:#}").contains("cargo build --workspace --bins"), "{error:#}");
    }

    #[test]
    fn installs_in_the_layout_of_a_mirror() {
        let dir = tempfile::tempdir().unwrap();
        let binary = dir.path().join("built");
        fs::write(&binary, "binary").unwrap();
        let provider = Provider { source: "ns/thing".into(), version: "1.2.3".into(), binary };
        provider.install(&dir.path().join("mirror")).unwrap();
        let at = format!("mirror/registry.terraform.io/ns/thing/1.2.3/{}/terraform-provider-thing_v1.2.3", platform());
        assert_eq!(fs::read(dir.path().join(at)).unwrap(), b"binary");
    }
}
