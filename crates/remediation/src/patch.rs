//! A patch: what files become, as a unified diff or written.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use similar::TextDiff;
use tempfile::NamedTempFile;

use crate::{Applied, Refused};

/// Lines of context in a diff.
const CONTEXT: usize = 3;

/// What is proposed.
#[derive(Debug, Clone, Default)]
pub struct Patch {
    /// Files that change, by name.
    pub files: Vec<FileChange>,
    /// What is carried out, by address.
    pub applied: Vec<Applied>,
    /// What is not, by address.
    pub refused: Vec<Refused>,
}

/// A file before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// The file, as the configuration was named.
    pub file: PathBuf,
    /// What it holds.
    pub before: Vec<u8>,
    /// What it is to hold.
    pub after: Vec<u8>,
}

/// Why a patch was not written. Nothing of it has been, unless the message says so.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Someone else has changed a file.
    #[error("{}: the file has changed since it was read; nothing was written, run the command again", .0.display())]
    Changed(PathBuf),
    /// One file under two names.
    #[error("{}: the file is part of the configuration under two names; nothing was written, name it once", .0.display())]
    Twice(PathBuf),
    /// A file that cannot be written.
    #[error("{}: cannot be written: {error}; nothing was written", file.display())]
    Write {
        /// The file.
        file: PathBuf,
        /// What the operating system said.
        error: std::io::Error,
    },
    /// Files that could not be put back after another failed.
    #[error("{}: cannot be written: {error}; these files were written already and could not be put back: {}",
        file.display(), left.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(", "))]
    Torn {
        /// The file that failed.
        file: PathBuf,
        /// What the operating system said.
        error: std::io::Error,
        /// The files that have their new content.
        left: Vec<PathBuf>,
    },
}

impl Patch {
    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The changes as a unified diff, for `git apply` and `patch -p1` when the files are named relatively.
    #[must_use]
    pub fn diff(&self) -> String {
        self.files.iter().map(FileChange::diff).collect()
    }

    /// Writes all files, or none. Modes are kept, and links stay links.
    ///
    /// # Errors
    /// [`WriteError`]; what had been written by then has been put back.
    pub fn write(&self) -> Result<(), WriteError> {
        let mut ready: Vec<(PathBuf, NamedTempFile, &FileChange)> = Vec::new();
        for change in &self.files {
            let failed = |error| WriteError::Write { file: change.file.clone(), error };
            let target = fs::canonicalize(&change.file).map_err(failed)?;
            if ready.iter().any(|(other, _, _)| *other == target) {
                return Err(WriteError::Twice(change.file.clone()));
            }
            if fs::read(&target).map_err(failed)? != change.before {
                return Err(WriteError::Changed(change.file.clone()));
            }
            let staged = staged(&target, &change.after).map_err(failed)?;
            ready.push((target, staged, change));
        }
        let mut written: Vec<(PathBuf, &FileChange)> = Vec::new();
        for (target, staged, change) in ready {
            if let Err(error) = staged.persist(&target) {
                let left = put_back(&written);
                let (file, error) = (change.file.clone(), error.error);
                return Err(match left.as_slice() {
                    [] => WriteError::Write { file, error },
                    _ => WriteError::Torn { file, error, left },
                });
            }
            written.push((target, change));
        }
        Ok(())
    }
}

/// A file beside the one it is to replace, with its mode.
fn staged(target: &Path, content: &[u8]) -> std::io::Result<NamedTempFile> {
    // A file that may not be written is not replaced either.
    fs::OpenOptions::new().append(true).open(target)?;
    let directory = target.parent().unwrap_or_else(|| Path::new("."));
    let mut staged = NamedTempFile::new_in(directory)?;
    staged.write_all(content)?;
    staged.as_file().set_permissions(fs::metadata(target)?.permissions())?;
    staged.as_file().sync_all()?;
    Ok(staged)
}

/// Gives files their old content; those that could not be.
fn put_back(written: &[(PathBuf, &FileChange)]) -> Vec<PathBuf> {
    let restored = |(target, change): &&(PathBuf, &FileChange)| {
        staged(target, &change.before).is_ok_and(|old| old.persist(target).is_ok())
    };
    written.iter().filter(|it| !restored(it)).map(|(_, change)| change.file.clone()).collect()
}

impl FileChange {
    fn diff(&self) -> String {
        let (before, after) = (String::from_utf8_lossy(&self.before), String::from_utf8_lossy(&self.after));
        let name = self.file.strip_prefix(".").unwrap_or(&self.file);
        let named = |side: &str| match name.is_absolute() || name.starts_with("..") {
            true => name.display().to_string(),
            false => format!("{side}/{}", name.display()),
        };
        let diff = TextDiff::from_lines(before.as_ref(), after.as_ref());
        diff.unified_diff().context_radius(CONTEXT).header(&named("a"), &named("b")).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(file: PathBuf, before: &str, after: &str) -> FileChange {
        FileChange { file, before: before.into(), after: after.into() }
    }

    #[test]
    fn a_diff_keeps_line_ends() {
        let diff = change("stack/main.tf".into(), "a = 1\r\nb = 2", "a = 1\r\nb = 3").diff();
        assert_eq!(
            diff,
            "--- a/stack/main.tf\n+++ b/stack/main.tf\n@@ -1,2 +1,2 @@\n a = 1\r\n-b = 2\n\\ No newline at end of file\n+b = 3\n\\ No newline at end of file\n"
        );
    }

    #[test]
    fn all_files_are_written_or_none() {
        let directory = tempfile::tempdir().unwrap();
        let file = |name: &str| directory.path().join(name);
        fs::write(file("a.tf"), "a").unwrap();
        fs::write(file("b.tf"), "other").unwrap();
        let patch = |b: &str| Patch {
            files: vec![change(file("a.tf"), "a", "A"), change(file("b.tf"), b, "B")],
            ..Patch::default()
        };
        assert!(matches!(patch("b").write(), Err(WriteError::Changed(_))));
        assert_eq!(fs::read_to_string(file("a.tf")).unwrap(), "a");
        patch("other").write().unwrap();
        assert_eq!(fs::read_to_string(file("a.tf")).unwrap(), "A");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2, "nothing is left behind");
    }

    #[cfg(unix)]
    #[test]
    fn modes_and_links_are_kept() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().unwrap();
        let real = directory.path().join("real.tf");
        let link = directory.path().join("link.tf");
        fs::write(&real, "a").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        Patch { files: vec![change(link.clone(), "a", "b")], ..Patch::default() }.write().unwrap();
        assert_eq!(fs::read_to_string(&real).unwrap(), "b");
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }
}
