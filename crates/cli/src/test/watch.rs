//! Tests again whenever something they may depend on changes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use ignore::WalkBuilder;

use crate::output;

/// Time between two looks. Notices of the operating system come sooner, and not at all on some shared directories.
const INTERVAL: Duration = Duration::from_millis(300);

/// File -> when it was changed, and how large it is.
type Files = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

/// Runs, and again after every change below the directory, until someone ends it. What goes wrong in one run is said, and the next
/// may be better.
pub(super) fn forever(directory: &Path, mut run: impl FnMut() -> anyhow::Result<u8>) -> anyhow::Result<u8> {
    loop {
        // Looked at before the run: what changes during it is not missed.
        let seen = files(directory);
        if let Err(error) = run() {
            output::error(&format!("{error:#}"));
        }
        output::note(&format!("waiting for changes in {}; Ctrl-C ends", directory.display()));
        while files(directory) == seen {
            thread::sleep(INTERVAL);
        }
    }
}

/// Policies, tests and data.
fn files(directory: &Path) -> Files {
    let is_read =
        |path: &Path| path.extension().is_some_and(|end| ["rego", "json", "yaml", "yml"].iter().any(|it| end == *it));
    let entries = WalkBuilder::new(directory).standard_filters(false).hidden(true).build().flatten();
    let files = entries.filter(|entry| is_read(entry.path())).filter_map(|entry| {
        let metadata = entry.metadata().ok()?;
        Some((entry.into_path(), (metadata.modified().ok(), metadata.len())))
    });
    files.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_of_policies_are_seen() {
        let directory = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
        write("a.rego", "package a\n");
        let before = files(directory.path());
        assert_eq!(before.len(), 1);
        write("notes.txt", "nothing that is read");
        assert_eq!(files(directory.path()), before);
        write("a.rego", "package a\n\nx := 1\n");
        assert_ne!(files(directory.path()), before);
    }
}
