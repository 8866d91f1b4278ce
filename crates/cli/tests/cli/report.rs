//! `parapet report`

use serde_json::json;

use super::{Output, Sandbox};

/// A report of a rollout that starts so many hours after the start of 2026, and takes ten minutes.
fn rollout(sandbox: &Sandbox, name: &str, verdict: &str, hour: i64, more: &serde_json::Value) {
    let started_at = 1_767_225_600 + hour * 3600;
    let mut report = json!({
        "format": "parapet-rollout/1", "release": name, "service": "shop", "verdict": verdict,
        "started_at": started_at, "finished_at": started_at + 600, "committed_at": started_at - 3000,
    });
    report.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    sandbox.file(&format!("reports/{name}.json"), report.to_string());
}

fn delivery(sandbox: &Sandbox, more: &[&str]) -> Output {
    let args = ["report", "delivery", "reports", "--days", "2", "--until", "2026-01-03T00:00:00Z"];
    sandbox.run(&[&args, more].concat())
}

#[test]
fn rollouts_become_the_four_measures() {
    let sandbox = Sandbox::new();
    for hour in 0..8 {
        rollout(&sandbox, &format!("v{hour}"), "promote", hour, &json!({}));
    }
    rollout(&sandbox, "bad", "rollback", 20, &json!({ "restored_at": 1_767_225_600 + 20 * 3600 + 1200 }));
    rollout(&sandbox, "unclear", "inconclusive", 21, &json!({}));
    rollout(&sandbox, "old", "promote", -5, &json!({}));
    sandbox.file("reports/other.json", "{}");
    delivery(&sandbox, &[])
        .exits(0)
        .prints("fail    deployment frequency: 4.5 a day (9 in 2 days); the target is 50; 1 more ended inconclusive")
        .prints("pass    lead time for changes: 60 min (median of 8")
        .prints("fail    time to recover: 20 min")
        .prints("fail    change failure rate: 11.11% (1 of 9); the target is under 5%");
    delivery(&sandbox, &["--check"]).exits(1);
    let kind = ["--target-per-day", "4", "--target-recovery", "30m", "--target-failure-rate", "20%", "--check"];
    delivery(&sandbox, &kind).exits(0);
    let report = delivery(&sandbox, &["--format", "json"]).exits(0).json();
    assert_eq!(report["cases"][0]["data"]["per_day"], 4.5);
    delivery(&sandbox, &["--service", "cart"]).exits(2).says("none of 11 rollouts is of the service cart");
}

#[test]
fn what_is_no_report_is_said() {
    let sandbox = Sandbox::new();
    let of = |name: &str, text: &str| {
        sandbox.file(name, text);
        sandbox.run(&["report", "delivery", name]).exits(2)
    };
    of("a.json", "{}").says("a.json: this is no report of a rollout");
    of("b.json", "{").says("b.json: this is no valid JSON");
    of("c.json", r#"{"format": "parapet-rollout/9"}"#).says("update it");
    of("d.json", r#"{"format": "parapet-rollout/1", "release": "x"}"#).says("d.json: missing field");
    let times = r#"{"format": "parapet-rollout/1", "release": "x", "service": "s", "verdict": "promote", "started_at": 2, "finished_at": 1}"#;
    of("e.json", times).says("finished_at is before started_at");
    sandbox.run(&["report", "delivery"]).exits(2).says("<FILE>...");
    sandbox.run(&["report", "delivery", "none.json"]).exits(2).says("none.json: cannot be read");
}
