//! Writing a journal.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::verify::{Fault, verify};
use crate::{CLOSED, Entry, GENESIS, digest};

/// A journal cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file system refuses.
    #[error("cannot write the evidence file {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// There is a file already that is no journal, or a damaged one.
    #[error("{} is not an intact evidence file: {fault}; move it away", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: Box<Fault>,
    },
}

/// A journal in the making: kept in memory, and in a file that is complete after every entry.
#[derive(Debug)]
pub struct Journal {
    text: String,
    entries: u64,
    last: String,
    last_at: Option<String>,
    closed: bool,
    file: Option<(PathBuf, File)>,
}

impl Default for Journal {
    fn default() -> Self {
        Self { text: String::new(), entries: 0, last: GENESIS.to_owned(), last_at: None, closed: false, file: None }
    }
}

impl Journal {
    /// A journal in memory alone.
    pub fn new() -> Self {
        Self::default()
    }

    /// A journal in a file. One that is there already, from an operation that was interrupted, is continued.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let failed = |source| JournalError::Write { path: path.to_owned(), source };
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(failed)?;
        }
        let before = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(failed(error)),
        };
        let mut journal = Self::default();
        if !before.is_empty() {
            let damaged = |fault| JournalError::Damaged { path: path.to_owned(), fault: Box::new(fault) };
            let summary = match verify(&before) {
                Ok(summary) => {
                    journal.closed = true;
                    summary
                }
                Err(Fault::Unfinished(summary)) => *summary,
                Err(fault) => return Err(damaged(fault)),
            };
            journal.entries = summary.entries;
            journal.last = summary.last_hash;
            journal.last_at = Some(summary.last_at);
            journal.text = String::from_utf8(before).map_err(|_| damaged(Fault::NotText))?;
        }
        let file = OpenOptions::new().create(true).append(true).open(path).map_err(failed)?;
        journal.file = Some((path.to_owned(), file));
        Ok(journal)
    }

    /// Adds an entry. When this returns, it is on the disk.
    pub fn record(&mut self, at: &str, event: &str, data: Map<String, Value>) -> Result<(), JournalError> {
        let entry = Entry::new(self.entries, at, event, data, &self.last);
        let line = entry.line() + "\n";
        if let Some((path, file)) = &mut self.file {
            let written = file.write_all(line.as_bytes()).and_then(|()| file.sync_data());
            written.map_err(|source| JournalError::Write { path: path.clone(), source })?;
        }
        self.text.push_str(&line);
        self.entries += 1;
        self.last = entry.hash;
        self.last_at = Some(entry.at);
        self.closed = event == CLOSED;
        Ok(())
    }

    /// Adds the last entry and answers the digest of the whole journal.
    pub fn close(&mut self, at: &str, data: Map<String, Value>) -> Result<String, JournalError> {
        self.record(at, CLOSED, data)?;
        Ok(digest(self.text.as_bytes()))
    }

    /// Everything written so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The file it is in; `None` for a journal in memory alone.
    pub fn path(&self) -> Option<&Path> {
        self.file.as_ref().map(|(path, _)| path.as_path())
    }

    /// When the last entry was written; `None` while there is none. What follows should not be earlier.
    pub fn last_at(&self) -> Option<&str> {
        self.last_at.as_deref()
    }

    /// Whether the last entry has been written: then nothing more may follow.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Whether nothing has been written.
    pub fn is_empty(&self) -> bool {
        self.entries == 0
    }
}
