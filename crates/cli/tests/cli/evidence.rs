//! `parapet evidence verify`

use super::Sandbox;

/// Two entries and the end, as a failover writes them.
fn journal(sandbox: &Sandbox) -> String {
    let path = sandbox.path().join("failover.jsonl");
    let mut journal = parapet_evidence::Journal::open(&path).unwrap();
    journal.record("2027-01-31T12:00:00Z", "fence", serde_json::Map::new()).unwrap();
    journal.record("2027-01-31T12:00:09Z", "promote", serde_json::Map::new()).unwrap();
    journal.close("2027-01-31T12:04:00Z", serde_json::Map::new()).unwrap()
}

#[test]
fn an_intact_file_is_summed_up_and_compared_with_its_digest() {
    let sandbox = Sandbox::new();
    let digest = journal(&sandbox);
    sandbox
        .run(&["evidence", "verify", "failover.jsonl"])
        .exits(0)
        .prints("3 entries from 2027-01-31T12:00:00Z to 2027-01-31T12:04:00Z")
        .prints(&digest);
    sandbox.run(&["evidence", "verify", "--sha256", &digest, "failover.jsonl"]).exits(0);
    let other = "0".repeat(64);
    sandbox
        .run(&["evidence", "verify", "--sha256", &other, "failover.jsonl"])
        .exits(1)
        .prints("it is another file, or was written anew");
}

#[test]
fn a_changed_byte_and_a_missing_end_are_named() {
    let sandbox = Sandbox::new();
    journal(&sandbox);
    let path = sandbox.path().join("failover.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("12:00:09", "12:00:08")).unwrap();
    sandbox.run(&["evidence", "verify", "failover.jsonl"]).exits(1).prints("line 2 has been changed");
    let output = sandbox.run(&["evidence", "verify", "--format", "json", "failover.jsonl"]).exits(1);
    let result: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(result["intact"], false);

    let cut: String = text.lines().take(2).map(|line| format!("{line}\n")).collect();
    std::fs::write(&path, cut).unwrap();
    sandbox.run(&["evidence", "verify", "failover.jsonl"]).exits(1).prints("has no end");
}

#[test]
fn a_file_that_cannot_be_read_is_an_error() {
    Sandbox::new().run(&["evidence", "verify", "nowhere.jsonl"]).exits(2).says("nowhere.jsonl: cannot be read");
}
