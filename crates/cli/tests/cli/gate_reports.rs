//! What `parapet gate canary` leaves behind: reports, a page, and what a Pushgateway gets.

use super::Sandbox;
use super::gate::{Mood, prometheus};

const GOOD: Mood = Mood::Serves { canary_errors: 2.0 };
const BAD: Mood = Mood::Serves { canary_errors: 8.0 };

fn canary(sandbox: &Sandbox, mood: Mood, more: &[&str]) -> super::Output {
    let address = prometheus(mood);
    let args =
        ["gate", "canary", "--prometheus", &address, "--canary", "track=\"canary\"", "--baseline", "track=\"stable\""];
    let queries = [
        "--errors",
        "errors{$arm}[$window]",
        "--total",
        "total{$arm}[$window]",
        "--gauge",
        "<b>=errors{$arm}[$window]",
    ];
    sandbox.run(&[&args[..], &queries, more].concat())
}

#[test]
fn the_verdict_is_written_for_a_ci() {
    let sandbox = Sandbox::new();
    canary(&sandbox, BAD, &["--format", "junit"]).exits(1).prints("failures=\"2\"").prints("name=\"&lt;b&gt;\"");
    canary(&sandbox, BAD, &["--format", "markdown"]).exits(1).prints("| fail | verdict | rollback after 30 windows |");
    canary(&sandbox, Mood::Nan, &["--format", "markdown"]).exits(3).prints("| unclear | verdict |");
    canary(&sandbox, Mood::Nan, &["--format", "junit"])
        .exits(3)
        .prints("name=\"verdict\"><failure message=\"inconclusive");
}

#[test]
fn a_rollout_has_a_report_and_a_page() {
    let sandbox = Sandbox::new();
    let files = ["--report", "rollout.json", "--html", "rollout.html", "--release", "v1 & v2", "--service", "shop"];
    canary(&sandbox, GOOD, &[&files[..], &["--committed-at", "2026-01-01T00:00:00Z"]].concat()).exits(0);
    let read = |name: &str| std::fs::read_to_string(sandbox.path().join(name)).unwrap();
    let report: serde_json::Value = serde_json::from_str(&read("rollout.json")).unwrap();
    assert_eq!((report["format"].as_str(), report["release"].as_str()), (Some("parapet-rollout/1"), Some("v1 & v2")));
    assert_eq!((report["verdict"].as_str(), report["committed_at"].as_i64()), (Some("promote"), Some(1_767_225_600)));
    assert_eq!(report["finished_at"].as_i64().unwrap() - report["started_at"].as_i64().unwrap(), 1800);
    assert_eq!(report["analysis"]["windows"], 30);
    let page = read("rollout.html");
    assert!(page.contains("Rollout of shop v1 &amp; v2") && page.contains("<polyline class=\"baseline\""), "{page}");
    assert!(page.contains("&lt;b&gt;") && !page.contains("<b>") && !page.contains("http"), "{page}");
    sandbox.run(&["report", "delivery", "rollout.json"]).exits(0).prints("(1 in 30 days)");
}

#[test]
fn a_verdict_that_cannot_be_told_is_no_success() {
    let sandbox = Sandbox::new();
    let push = |mood: Mood| {
        canary(&sandbox, mood, &["--release", "v1", "--pushgateway", &prometheus(Mood::Refuses(400, "no"))])
    };
    push(GOOD).exits(2).says("/metrics/job/parapet/service/default refuses with 400");
    push(BAD).exits(1).prints("ROLLBACK").says("refuses with 400");
    canary(&sandbox, GOOD, &["--report", "x.json"]).exits(2).says("need --release");
    canary(&sandbox, GOOD, &["--pushgateway", "host:1", "--release", "v"]).exits(2).says("begins with http://");
    canary(&sandbox, GOOD, &["--service", "a/b"]).exits(2).says("letters, digits");
    canary(&sandbox, GOOD, &["--report", "none/x.json", "--release", "v"])
        .exits(2)
        .says("none/x.json: cannot be written");
    let late = ["--report", "x.json", "--release", "v", "--committed-at", "2999-01-01T00:00:00Z"];
    canary(&sandbox, GOOD, &late).exits(0).says("written without it");
    let report = std::fs::read_to_string(sandbox.path().join("x.json")).unwrap();
    assert!(report.contains("\"promote\"") && !report.contains("\"committed_at\": 3"), "{report}");
    canary(&sandbox, GOOD, &late[4..]).exits(2).says("give one of them");
}

#[test]
fn a_report_that_has_no_place_is_known_before_anything_is_watched() {
    let sandbox = Sandbox::new();
    let watched = ["--watch", "--window", "1s", "--duration", "11000s", "--release", "v"];
    for option in ["--html", "--report"] {
        for (file, says) in [("none/x", "none/x: cannot be written"), (".", "it is a directory")] {
            canary(&sandbox, GOOD, &[&watched[..], &[option, file]].concat()).exits(2).says(says);
        }
    }
}

#[test]
fn a_mistake_in_the_file_with_metrics_has_its_line() {
    let sandbox = Sandbox::new();
    let of = |text: &str| {
        sandbox.file("gate.hcl", text);
        let arms = ["--canary", "a", "--baseline", "b", "--metrics", "gate.hcl"];
        sandbox.run(&[&["gate", "canary", "--prometheus", "http://localhost:1"], &arms[..]].concat()).exits(2)
    };
    of("metric \"m\" {\n  kind  = \"gauge\"\n  quary = \"x\"\n}\n").says("gate.hcl:3: quary: unknown field `quary`");
    of("\nmetric \"m\" {\n  kind  = \"gauge\"\n  query = \"x{$arm}\"\n}\n")
        .says("gate.hcl:2: metric \"m\": the query x{$arm} has no $window");
}
