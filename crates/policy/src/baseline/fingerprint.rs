//! What identifies a finding over time.

use sha2::{Digest, Sha256};

use crate::finding::Finding;

/// Changes with the meaning of the hash, so that fingerprints of different meaning are never equal.
const VERSION: &str = "parapet/1";

impl Finding {
    /// Identifies the finding over time: a hash of its rule, what it is about, and the attribute to blame; of its message
    /// only when there is no attribute. File names and lines are no part of it, so that it survives renamed, moved and
    /// reformatted files. 32 hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        self.fingerprint_at(&self.subject.address)
    }

    /// The fingerprint before the plan moved the resource.
    pub(super) fn previous_fingerprint(&self) -> Option<String> {
        self.subject.previous_address.as_deref().map(|address| self.fingerprint_at(address))
    }

    fn fingerprint_at(&self, address: &str) -> String {
        let path = self.path.as_ref().filter(|path| !path.is_empty()).map(ToString::to_string);
        let message = if path.is_none() { self.message.as_str() } else { "" };
        let mut hash = Sha256::new();
        for part in [VERSION, &self.rule, &self.subject.kind, address, path.as_deref().unwrap_or_default(), message] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}
