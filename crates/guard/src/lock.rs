//! `.terraform.lock.hcl`: which provider packages a working directory trusts.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use serde::Deserialize;

use crate::error::GuardError;

const NAME: &str = ".terraform.lock.hcl";

/// The dependency lock file.
#[derive(Debug)]
pub(crate) struct LockFile {
    /// Its providers, by source address.
    pub(crate) providers: Vec<Locked>,
}

/// A provider in the lock file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Locked {
    /// Source address, as in `registry.terraform.io/hashicorp/aws`.
    pub(crate) source: String,
    /// The version selected.
    pub(crate) version: String,
    /// Trusted checksums, each with its scheme: `h1:` of a package's content, `zh:` of its archive. None when the lock file
    /// names no checksum: any package of the version will do, as for Terraform.
    pub(crate) hashes: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    provider: BTreeMap<String, Entry>,
}

#[derive(Deserialize)]
struct Entry {
    version: String,
    hashes: Option<Vec<String>>,
}

impl LockFile {
    /// The lock file of a working directory; `None` if it has none.
    ///
    /// # Errors
    /// It cannot be read, or is not one.
    pub(crate) fn read(directory: &Path) -> Result<Option<Self>, GuardError> {
        let path = directory.join(NAME);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(GuardError::Read { path, source }),
        };
        Self::parse(&text).map(Some).map_err(|message| GuardError::LockFile { path, message })
    }

    fn parse(text: &str) -> Result<Self, String> {
        let file: File = hcl::from_str(text).map_err(|error| error.to_string())?;
        let mut providers = Vec::with_capacity(file.provider.len());
        for (source, entry) in file.provider {
            // Both become parts of a path.
            let safe = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.contains(['/', '\\']);
            if source.split('/').count() != 3 || !source.split('/').all(safe) || !safe(&entry.version) {
                return Err(format!("`{source}` in version `{}` is no provider's address and version", entry.version));
            }
            if entry.hashes.as_ref().is_some_and(Vec::is_empty) {
                return Err(format!(
                    "`hashes` of `{source}` is empty; Terraform takes at least one, or no `hashes` at all"
                ));
            }
            providers.push(Locked { source, version: entry.version, hashes: entry.hashes });
        }
        Ok(Self { providers })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_file_may_leave_checksums_out() {
        let lock = LockFile::parse("provider \"a/b/c\" {\n  version = \"1\"\n}\n").unwrap();
        assert_eq!(lock.providers.first().and_then(|it| it.hashes.clone()), None);
    }

    #[test]
    fn reads_what_terraform_and_opentofu_write() {
        let text = r#"# This file is maintained automatically by "terraform init".
# Manual edits may be lost in future updates.

provider "registry.opentofu.org/hashicorp/null" {
  version = "3.2.4"
  hashes = [
    "h1:i+WKhUHL2REY5EGmiHjfUljJB8UKZ9QdhdM5uTeUhC4=",
    "zh:1769783386610bed8bb1e861a119fe25058be41895e3996d9216dd6bb8a7aee3",
  ]
}

provider "registry.terraform.io/hashicorp/aws" {
  version     = "3.39.0"
  constraints = "3.39.0"
  hashes = [
    "h1:fjlp3Pd3QsTLghNm7TUh/KnEMM2D3tLb7jsDLs8oWUE=",
  ]
}
"#;
        let lock = LockFile::parse(text).unwrap();
        let found: Vec<_> =
            lock.providers.iter().map(|it| (&*it.source, &*it.version, it.hashes.as_ref().map(Vec::len))).collect();
        assert_eq!(
            found,
            [
                ("registry.opentofu.org/hashicorp/null", "3.2.4", Some(2)),
                ("registry.terraform.io/hashicorp/aws", "3.39.0", Some(1))
            ]
        );
        assert_eq!(LockFile::parse("# nothing\n").unwrap().providers, []);
    }

    #[test]
    fn a_lock_file_that_is_none_is_an_error() {
        for text in [
            "provider \"a/b/c\" {",
            "provider \"a/b/c\" {\n  hashes = [\"h1:x\"]\n}\n",
            "provider \"a/b/c\" {\n  version = \"1\"\n  hashes = []\n}\n",
            "provider \"../../b\" {\n  version = \"1\"\n}\n",
            "provider \"a/b/c\" {\n  version = \"../../../../tmp\"\n}\n",
        ] {
            assert!(LockFile::parse(text).is_err(), "{text}");
        }
    }
}
