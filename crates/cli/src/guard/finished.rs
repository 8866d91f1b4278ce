//! The finished plan, read while Terraform still prints it.
//!
//! Terraform saves a plan before it prints it, and printing a large one takes longer than reading it does. What is judged are the
//! bytes that were read: when the command has ended, the file has to hold the same.

use std::fs;
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, SystemTime};

/// Between two looks at the file.
const LOOK: Duration = Duration::from_millis(10);
/// The record that ends a ZIP archive, as a saved plan is one (APPNOTE 6.3.10, 4.3.16).
const END_OF_ARCHIVE: [u8; 4] = *b"PK\x05\x06";
/// Bytes of that record; Go writes no comment behind it.
const END_BYTES: usize = 22;

/// A plan that was read.
pub(super) struct Shown {
    plan: Vec<u8>,
    /// Its JSON.
    pub(super) json: Vec<u8>,
}

impl Shown {
    /// Whether it is the plan that a file holds.
    pub(super) fn is_of(&self, path: &Path) -> bool {
        fs::read(path).is_ok_and(|saved| saved == self.plan)
    }
}

/// Runs a command that saves a plan, and beside it `read` on what it saved. Without a plan, or where that cannot be told before
/// the command ends (an encrypted plan is no archive), nothing is read.
pub(super) fn beside<T>(
    plan: &Path,
    command: impl FnOnce() -> T,
    read: impl FnOnce(&[u8]) -> Option<Vec<u8>> + Send,
) -> (T, Option<Shown>) {
    // An earlier plan may be there.
    let before = stamp(plan);
    thread::scope(|scope| {
        let (ends, ended) = channel::<()>();
        let reader = thread::Builder::new().name("finished plan".to_owned()).spawn_scoped(scope, move || {
            let mut seen = before;
            while ended.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
                let now = stamp(plan);
                if now == seen {
                    continue;
                }
                seen = now;
                let Some(saved) = fs::read(plan).ok().filter(|saved| is_whole_archive(saved)) else { continue };
                return read(&saved).map(|json| Shown { plan: saved, json });
            }
            None
        });
        let outcome = command();
        drop(ends);
        (outcome, reader.ok().and_then(|reader| reader.join().ok()).flatten())
    })
}

/// What changes when a file is written.
fn stamp(path: &Path) -> Option<(SystemTime, u64)> {
    let file = fs::metadata(path).ok()?;
    Some((file.modified().ok()?, file.len()))
}

/// Whether an archive is complete: its end says where its directory is, which lies right before it.
fn is_whole_archive(bytes: &[u8]) -> bool {
    let Some((content, end)) = bytes.len().checked_sub(END_BYTES).and_then(|at| bytes.split_at_checked(at)) else {
        return false;
    };
    let number = |at: usize| {
        let bytes = end.get(at..).and_then(|rest| rest.first_chunk::<4>());
        bytes.and_then(|bytes| usize::try_from(u32::from_le_bytes(*bytes)).ok())
    };
    let directory = number(12).zip(number(16)).and_then(|(length, offset)| offset.checked_add(length));
    end.starts_with(&END_OF_ARCHIVE) && directory == Some(content.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An archive without files: its end, and nothing before.
    fn archive(content: &[u8]) -> Vec<u8> {
        let mut end = [0; END_BYTES];
        end[..4].copy_from_slice(&END_OF_ARCHIVE);
        end[16..20].copy_from_slice(&u32::try_from(content.len()).unwrap().to_le_bytes());
        [content, &end].concat()
    }

    #[test]
    fn only_a_whole_archive_is_a_saved_plan() {
        let whole = archive(b"plan");
        assert!(is_whole_archive(&whole));
        for part in 0..whole.len() {
            assert!(!is_whole_archive(&whole[..part]), "{part} bytes");
        }
        assert!(!is_whole_archive(b"an encrypted plan is something else"));
    }

    #[test]
    fn the_plan_is_read_while_the_command_runs() {
        let directory = tempfile::tempdir().unwrap();
        let plan = directory.path().join("tfplan");
        fs::write(&plan, archive(b"of yesterday, not to be read")).unwrap();
        let (began, begins) = channel();
        let command = || {
            fs::write(&plan, archive(b"of today")).unwrap();
            // It goes on until the plan is read.
            begins.recv_timeout(Duration::from_secs(60)).unwrap();
            7
        };
        let (outcome, shown) = beside(&plan, command, |saved| {
            began.send(()).unwrap();
            Some(saved.to_vec())
        });
        let shown = shown.unwrap();
        assert_eq!((outcome, shown.json.as_slice()), (7, archive(b"of today").as_slice()));
        assert!(shown.is_of(&plan));
        fs::write(&plan, archive(b"of tomorrow")).unwrap();
        assert!(!shown.is_of(&plan), "what is judged is what is applied");
    }

    #[test]
    fn without_a_plan_nothing_is_read() {
        let directory = tempfile::tempdir().unwrap();
        let plan = directory.path().join("tfplan");
        let wait = || thread::sleep(3 * LOOK);
        assert!(beside(&plan, wait, |_| Some(Vec::new())).1.is_none(), "none is saved");
        fs::write(&plan, archive(b"of yesterday")).unwrap();
        assert!(beside(&plan, wait, |_| Some(Vec::new())).1.is_none(), "an old one is none");
        let other = || fs::write(&plan, "encrypted").map(|()| wait()).unwrap();
        assert!(beside(&plan, other, |_| Some(Vec::new())).1.is_none());
    }
}
