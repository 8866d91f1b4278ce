//! The packs compiled into the binary: everything below `policies/` of this repository.

use include_dir::{Dir, DirEntry, include_dir};

static POLICIES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../policies");

/// One embedded file: a policy, a test of a policy, or an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmbeddedFile {
    /// Path below `policies/`: `aws/rds/storage_encrypted.rego`.
    pub path: &'static str,
    /// Its text.
    pub text: &'static str,
}

impl EmbeddedFile {
    /// The pack the file belongs to: the first component of its path.
    pub fn pack(&self) -> &'static str {
        self.path.split('/').next().unwrap_or_default()
    }

    /// Whether the file is a policy: Rego, and not a test.
    pub fn is_policy(&self) -> bool {
        self.path.ends_with(".rego") && !self.path.ends_with("_test.rego")
    }
}

/// Every embedded file, sorted by path.
pub fn embedded_files() -> Vec<EmbeddedFile> {
    let mut files = Vec::new();
    collect(&POLICIES, &mut files);
    files.sort_by_key(|file| file.path);
    files
}

fn collect(dir: &Dir<'static>, files: &mut Vec<EmbeddedFile>) {
    for entry in dir.entries() {
        match entry {
            DirEntry::Dir(inner) => collect(inner, files),
            DirEntry::File(file) => {
                if let (Some(path), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
                    files.push(EmbeddedFile { path, text });
                }
            }
        }
    }
}
