//! A journal is intact, or the fault is named.

#![expect(clippy::unwrap_used, reason = "what cannot be written fails the test")]

use parapet_evidence::{Fault, Journal, JournalError, POLICIES, verify};
use proptest::prelude::*;
use serde_json::{Map, json};

fn data(text: &str) -> Map<String, serde_json::Value> {
    let mut data = Map::new();
    data.insert("text".to_owned(), json!(text));
    data.insert("seconds".to_owned(), json!(1.5));
    data
}

fn journal() -> String {
    let mut journal = Journal::new();
    for step in ["preflight", "fence", "promote"] {
        journal.record("2027-01-31T12:00:00Z", step, data("ä \"quoted\"")).unwrap();
    }
    let digest = journal.close("2027-01-31T12:04:00Z", data("done")).unwrap();
    assert_eq!(digest, parapet_evidence::digest(journal.text().as_bytes()));
    journal.text().to_owned()
}

#[test]
fn an_intact_journal_is_summed_up() {
    let text = journal();
    let summary = verify(text.as_bytes()).unwrap();
    assert_eq!((summary.entries, summary.last_at.as_str()), (4, "2027-01-31T12:04:00Z"));
    assert_eq!(summary.sha256, parapet_evidence::digest(text.as_bytes()));
}

#[test]
fn the_policies_that_judged_are_named() {
    let policies = |digest: &str| Map::from_iter([("sha256".to_owned(), json!(digest))]);
    let mut journal = Journal::new();
    assert_eq!(journal.last_at(), None);
    for (event, digest) in [("started", "x"), (POLICIES, "a"), (POLICIES, "a"), (POLICIES, "b")] {
        journal.record("2027-01-31T12:00:00Z", event, policies(digest)).unwrap();
    }
    journal.close("2027-01-31T12:04:00Z", Map::new()).unwrap();
    assert_eq!(journal.last_at(), Some("2027-01-31T12:04:00Z"));
    assert_eq!(verify(journal.text().as_bytes()).unwrap().policies, ["a", "b"]);
    assert!(verify(self::journal().as_bytes()).unwrap().policies.is_empty());
}

#[test]
fn every_changed_byte_is_noticed() {
    let text = journal().into_bytes();
    for position in 0..text.len() {
        for flip in [0x01, 0x20, 0x80] {
            let mut changed = text.clone();
            changed[position] ^= flip;
            assert!(verify(&changed).is_err(), "byte {position} ^ {flip:#x}");
        }
    }
}

#[test]
fn removed_added_and_moved_lines_are_noticed() {
    let text = journal();
    let lines: Vec<&str> = text.lines().collect();
    let join = |lines: &[&str]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    assert_eq!(verify(join(&[lines[0], lines[2], lines[3]]).as_bytes()), Err(Fault::Chain { line: 2 }));
    assert_eq!(verify(join(&[lines[1], lines[0], lines[2], lines[3]]).as_bytes()), Err(Fault::Chain { line: 1 }));
    assert_eq!(
        verify(join(&[lines[0], lines[1], lines[2], lines[3], lines[3]]).as_bytes()),
        Err(Fault::AfterEnd { line: 5 })
    );
    assert!(matches!(verify(join(&lines[..3]).as_bytes()), Err(Fault::Unfinished(_))));
    assert_eq!(verify(text.trim_end().as_bytes()), Err(Fault::CutOff));
    assert_eq!(verify(b""), Err(Fault::Empty));
    let spaced = text.replacen(":0,", ": 0,", 1);
    assert_eq!(verify(spaced.as_bytes()), Err(Fault::Form { line: 1 }));
}

#[test]
fn an_interrupted_journal_is_continued_and_a_damaged_one_is_not() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("deep/failover.jsonl");
    Journal::open(&path).unwrap().record("2027-01-31T12:00:00Z", "preflight", data("a")).unwrap();
    let mut again = Journal::open(&path).unwrap();
    assert!(!again.is_empty());
    assert_eq!(again.last_at(), Some("2027-01-31T12:00:00Z"));
    again.close("2027-01-31T12:01:00Z", Map::new()).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(verify(&bytes).unwrap().entries, 2);
    assert_eq!(bytes, again.text().as_bytes());

    std::fs::write(&path, "notes\n").unwrap();
    assert!(matches!(Journal::open(&path), Err(JournalError::Damaged { .. })));
}

proptest! {
    #[test]
    fn whatever_is_recorded_verifies(events in proptest::collection::vec((".*", ".*", any::<i64>()), 0..8)) {
        let mut journal = Journal::new();
        for (event, text, number) in events.iter().filter(|(event, ..)| event != parapet_evidence::CLOSED) {
            let mut data = data(text);
            data.insert("number".to_owned(), json!(number));
            journal.record("2027-01-31T12:00:00Z", event, data).unwrap();
        }
        journal.close("2027-01-31T12:00:00Z", Map::new()).unwrap();
        prop_assert!(verify(journal.text().as_bytes()).is_ok());
    }

    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(verify(&bytes).is_err());
    }
}
