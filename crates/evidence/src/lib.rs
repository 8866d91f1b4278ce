//! Evidence of what was done: a journal of JSON lines, each of which holds the hash of the one before.
//!
//! A line is `{"sequence":0,"at":"2027-01-31T12:00:00Z","event":"...","data":{...},"previous":"<hex>","hash":"<hex>"}`, in exactly this
//! form. `hash` is the SHA-256 of the line without `hash`; `previous` is the hash of the line before (64 zeros in the first). The last
//! entry of a finished journal is the event `closed`, so that a journal cut short is noticed too.
//!
//! Whoever can write the file can also write it anew as a whole. Its digest is therefore kept elsewhere (in Terraform's state), and
//! [`verify`] answers it for comparison.

mod journal;
mod verify;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

pub use journal::{Journal, JournalError};
pub use verify::{Fault, Summary, verify};

/// Hash before the first entry.
const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Event of the last entry.
pub const CLOSED: &str = "closed";

/// Event of an entry that says which policies judged what was done: their digest, lower-case hex, is `sha256` in its data. A journal that
/// was continued under other policies has one for each.
pub const POLICIES: &str = "policies";

/// One entry. The order of the fields is the order on the line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Position, from 0.
    pub sequence: u64,
    /// When it was written (RFC 3339, UTC).
    pub at: String,
    /// What happened.
    pub event: String,
    /// Details of it.
    pub data: Map<String, Value>,
    /// Hash of the entry before.
    pub previous: String,
    /// Hash of this entry.
    pub hash: String,
}

/// An entry before its hash is known.
#[derive(Serialize)]
struct Hashed<'a> {
    sequence: u64,
    at: &'a str,
    event: &'a str,
    data: &'a Map<String, Value>,
    previous: &'a str,
}

impl Entry {
    fn new(sequence: u64, at: &str, event: &str, data: Map<String, Value>, previous: &str) -> Self {
        let hash = hash_of(&Hashed { sequence, at, event, data: &data, previous });
        Self { sequence, at: at.to_owned(), event: event.to_owned(), data, previous: previous.to_owned(), hash }
    }

    /// Digest of the policies that the entry names.
    fn policies(&self) -> Option<&str> {
        if self.event == POLICIES { self.data.get("sha256")?.as_str() } else { None }
    }

    /// The hash the entry should have.
    fn expected_hash(&self) -> String {
        let Self { sequence, at, event, data, previous, .. } = self;
        hash_of(&Hashed { sequence: *sequence, at, event, data, previous })
    }

    /// The line, without its line feed. Strings, numbers and maps always have a JSON form.
    fn line(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

fn hash_of(entry: &Hashed<'_>) -> String {
    digest(serde_json::to_string(entry).unwrap_or_default().as_bytes())
}

/// SHA-256 in lower-case hex.
pub fn digest(bytes: &[u8]) -> String {
    use std::fmt::Write;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing into a string cannot fail.
        let _infallible = write!(hex, "{byte:02x}");
        hex
    })
}
