//! The directory Terraform works in, and what `init` has left there.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::error::GuardError;
use crate::lock::{LockFile, Locked};

/// Where Terraform works, and where it keeps what `init` installed.
#[derive(Debug, Clone)]
pub(crate) struct WorkingDirectory {
    /// The directory itself.
    pub(crate) path: PathBuf,
    /// `.terraform` in it, or the directory that `TF_DATA_DIR` names.
    data: PathBuf,
}

impl WorkingDirectory {
    /// The one in which `command`, started in `directory`, works: `-chdir=DIR` before the subcommand is honoured, and the value
    /// of `TF_DATA_DIR`, which is relative to the result.
    pub(crate) fn of(directory: &Path, command: &[OsString], data: Option<&OsStr>) -> Self {
        let options = command.iter().skip(1).take_while(|argument| argument.as_encoded_bytes().starts_with(b"-"));
        let chdir = options.filter_map(|option| option.to_str()?.strip_prefix("-chdir=")).last();
        let path = chdir.map_or_else(|| directory.to_owned(), |chdir| directory.join(chdir));
        let data = path.join(data.filter(|data| !data.is_empty()).unwrap_or_else(|| OsStr::new(".terraform")));
        Self { path, data }
    }

    /// The providers the directory has locked. None without a lock file: Terraform itself then refuses to start any.
    ///
    /// # Errors
    /// The lock file cannot be read, or providers are locked and none has been installed.
    pub(crate) fn locked(&self) -> Result<Vec<Locked>, GuardError> {
        let Some(lock) = LockFile::read(&self.path)? else { return Ok(Vec::new()) };
        if !lock.providers.is_empty() && !self.data.is_dir() {
            return Err(GuardError::NotInitialised { directory: self.path.clone(), data: self.data.clone() });
        }
        Ok(lock.providers)
    }

    /// The workspace that is selected in the directory; `TF_WORKSPACE` would go before it.
    pub(crate) fn workspace(&self) -> Option<String> {
        let selected = std::fs::read_to_string(self.data.join("environment")).ok()?;
        Some(selected.trim().to_owned()).filter(|name| !name.is_empty())
    }

    /// Where the package of a locked provider is installed, unpacked; `None` if it is not. Terraform, for which an archive in its
    /// place is no package either, says so itself, should it need it.
    pub(crate) fn package(&self, locked: &Locked) -> Option<PathBuf> {
        let version = self.data.join("providers").join(&locked.source).join(&locked.version);
        let own = version.join(platform());
        if own.is_dir() {
            return Some(own);
        }
        // A Terraform built for another platform than the guard, run by emulation, has installed for its own.
        let mut others =
            version.read_dir().ok()?.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir());
        others.next().filter(|_| others.next().is_none())
    }
}

/// This machine's platform as Terraform names it, for example `linux_amd64`.
pub(crate) fn platform() -> String {
    let os = if std::env::consts::OS == "macos" { "darwin" } else { std::env::consts::OS };
    let arch = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        other => other,
    };
    format!("{os}_{arch}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(command: &str, data: Option<&str>) -> (PathBuf, PathBuf) {
        let command: Vec<OsString> = command.split(' ').map(OsString::from).collect();
        let found = WorkingDirectory::of(Path::new("/work"), &command, data.map(OsStr::new));
        (found.path, found.data)
    }

    #[test]
    fn chdir_counts_before_the_subcommand_only() {
        assert_eq!(of("terraform plan", None), ("/work".into(), "/work/.terraform".into()));
        assert_eq!(of("terraform -chdir=a/b plan", None), ("/work/a/b".into(), "/work/a/b/.terraform".into()));
        assert_eq!(of("terraform -chdir=/x plan -chdir=/y", None).0, PathBuf::from("/x"));
        assert_eq!(of("terraform plan -chdir=/y", None).0, PathBuf::from("/work"));
    }

    #[test]
    fn the_data_directory_is_relative_to_the_working_directory() {
        assert_eq!(of("terraform -chdir=a plan", Some("d")).1, PathBuf::from("/work/a/d"));
        assert_eq!(of("terraform plan", Some("/data")).1, PathBuf::from("/data"));
        assert_eq!(of("terraform plan", Some("")).1, PathBuf::from("/work/.terraform"));
    }

    #[test]
    fn the_workspace_is_the_one_that_was_selected() {
        let dir = tempfile::tempdir().unwrap();
        let workdir = WorkingDirectory::of(dir.path(), &[], None);
        assert_eq!(workdir.workspace(), None);
        std::fs::create_dir(dir.path().join(".terraform")).unwrap();
        std::fs::write(dir.path().join(".terraform/environment"), "live\n").unwrap();
        assert_eq!(workdir.workspace().as_deref(), Some("live"));
    }

    #[test]
    fn locked_providers_that_were_never_installed_are_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let workdir = WorkingDirectory::of(dir.path(), &[], None);
        assert_eq!(workdir.locked().unwrap(), []);
        let lock = "provider \"registry.terraform.io/a/b\" {\n  version = \"1.0.0\"\n  hashes  = [\"h1:x\"]\n}\n";
        std::fs::write(dir.path().join(".terraform.lock.hcl"), lock).unwrap();
        assert!(workdir.locked().unwrap_err().to_string().contains("run `terraform init`"));
        let package = dir.path().join(".terraform/providers/registry.terraform.io/a/b/1.0.0").join(platform());
        std::fs::create_dir_all(&package).unwrap();
        let locked = workdir.locked().unwrap();
        assert_eq!(workdir.package(&locked[0]), Some(package.clone()));
        std::fs::remove_dir(&package).unwrap();
        std::fs::write(&package, "an archive").unwrap();
        assert_eq!(workdir.package(&locked[0]), None, "Terraform starts nothing that is still packed");
    }
}
