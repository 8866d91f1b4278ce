//! Checking a journal.

use serde::Serialize;

use crate::{CLOSED, Entry, GENESIS, digest};

/// What an intact journal says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Number of entries.
    pub entries: u64,
    /// When the first entry was written.
    pub first_at: String,
    /// When the last entry was written.
    pub last_at: String,
    /// Hash of the last entry.
    pub last_hash: String,
    /// Digests of the policies that judged what was done, in the order in which they did; none when the journal names none.
    pub policies: Vec<String>,
    /// SHA-256 of the whole file: what Terraform's state holds as `evidence_sha256`.
    pub sha256: String,
}

/// Why a journal cannot be relied on. Lines are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Not UTF-8.
    #[error("the file is not text")]
    NotText,
    /// A line that is no entry.
    #[error("line {line} is not an entry: {reason}")]
    NotAnEntry {
        /// Line.
        line: u64,
        /// Why.
        reason: String,
    },
    /// An entry that means the same but is written differently.
    #[error("line {line} is not in the form in which it was written")]
    Form {
        /// Line.
        line: u64,
    },
    /// An entry whose content does not fit its hash.
    #[error("line {line} has been changed: its hash does not fit")]
    Changed {
        /// Line.
        line: u64,
    },
    /// An entry that does not follow the one before.
    #[error("line {line} does not follow the line before: an entry has been removed, added or moved")]
    Chain {
        /// Line.
        line: u64,
    },
    /// Something after the last entry.
    #[error("line {line} follows the end of the journal")]
    AfterEnd {
        /// Line.
        line: u64,
    },
    /// The last line is cut off.
    #[error("the last line is cut off")]
    CutOff,
    /// Intact so far, and without an end: still being written, interrupted, or cut short.
    #[error("the journal has no end: the operation was interrupted, or entries were removed")]
    Unfinished(Box<Summary>),
}

/// Checks every byte of a journal.
pub fn verify(bytes: &[u8]) -> Result<Summary, Fault> {
    if bytes.is_empty() {
        return Err(Fault::Empty);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Fault::NotText)?;
    let body = text.strip_suffix('\n').ok_or(Fault::CutOff)?;
    let mut previous = GENESIS.to_owned();
    let mut first_at = None;
    let mut last: Option<Entry> = None;
    let mut policies: Vec<String> = Vec::new();
    for (sequence, (line, content)) in (0..).zip((1..).zip(body.split('\n'))) {
        let entry: Entry =
            serde_json::from_str(content).map_err(|error| Fault::NotAnEntry { line, reason: error.to_string() })?;
        if entry.line() != content {
            return Err(Fault::Form { line });
        }
        if entry.hash != entry.expected_hash() {
            return Err(Fault::Changed { line });
        }
        if last.as_ref().is_some_and(|last| last.event == CLOSED) {
            return Err(Fault::AfterEnd { line });
        }
        if entry.previous != previous || entry.sequence != sequence {
            return Err(Fault::Chain { line });
        }
        previous.clone_from(&entry.hash);
        first_at.get_or_insert_with(|| entry.at.clone());
        if let Some(named) = entry.policies().filter(|named| !policies.iter().any(|known| known == named)) {
            policies.push(named.to_owned());
        }
        last = Some(entry);
    }
    let last = last.ok_or(Fault::Empty)?;
    let summary = Summary {
        entries: last.sequence + 1,
        first_at: first_at.unwrap_or_default(),
        last_at: last.at,
        last_hash: last.hash,
        policies,
        sha256: digest(bytes),
    };
    if last.event == CLOSED { Ok(summary) } else { Err(Fault::Unfinished(Box::new(summary))) }
}
