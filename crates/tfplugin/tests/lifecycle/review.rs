//! The provider's judgement of what it planned.

use serde_json::{Value as Json, json};
use tfplugin::path::Path;
use tfplugin::prelude::*;
use tfplugin::testing::UNKNOWN;
use tfplugin::value::Value;

use crate::cloud::Cloud;
use crate::{shown, started, with};

/// Notes what it sees; judges by the machine's `code`.
pub(crate) fn judge(cloud: &Cloud, change: Change<'_>) -> Vec<Diagnostic> {
    let of = |value: &Value, name: &str| shown(value.attribute(name));
    cloud.review(json!({
        "kind": format!("{:?} of {}", change.kind, change.type_name),
        "prior": of(change.prior, "size"),
        "planned": of(change.planned, "size"),
        "id": of(change.planned, "id"),
        "config": of(change.config, "size"),
        "replace": change.replace.iter().map(ToString::to_string).collect::<Vec<_>>(),
    }));
    let at = Path::root().attribute("tags");
    match change.planned.attribute("tags").attribute("verdict") {
        Value::String(verdict) if verdict == "warn" => vec![Diagnostic::warning("Doubtful").at(at)],
        Value::String(verdict) if verdict == "deny" => vec![Diagnostic::error("Denied").at(at)],
        Value::String(verdict) if verdict == "panic" => panic!("judge broke"),
        _ => Vec::new(),
    }
}

fn seen(kind: &str, prior: Json, planned: Json, id: Json, config: Json) -> Json {
    let kind = format!("{kind} of test_machine");
    json!({ "kind": kind, "prior": prior, "planned": planned, "id": id, "config": config, "replace": [] })
}

#[tokio::test]
async fn every_kind_of_change_is_seen() {
    let (harness, cloud) = started().await;
    let (null, unknown, id) = (Json::Null, json!(UNKNOWN), json!("id-a"));
    let config = json!({ "name": "a", "size": 5 });
    let state = harness.apply("test_machine", None, &config).await.unwrap();
    assert_eq!(cloud.reviewed(), [seen("Create", null.clone(), json!(5), unknown.clone(), json!(5))]);

    harness.plan("test_machine", Some(&state), Some(&config)).await.unwrap();
    assert_eq!(cloud.reviewed(), [seen("NoOp", json!(5), json!(5), id.clone(), json!(5))]);

    let changed = with(&config, json!({ "size": UNKNOWN }));
    harness.plan("test_machine", Some(&state), Some(&changed)).await.unwrap();
    assert_eq!(cloud.reviewed(), [seen("Update", json!(5), unknown.clone(), id.clone(), unknown.clone())]);

    let replaced = with(&config, json!({ "name": "b" }));
    harness.plan("test_machine", Some(&state), Some(&replaced)).await.unwrap();
    // Nothing of the object that goes is taken for a part of the one that comes.
    let first = seen("Replace", json!(5), json!(5), unknown.clone(), json!(5));
    let second = seen("Create", null.clone(), json!(5), unknown, json!(5));
    assert_eq!(cloud.reviewed(), [with(&first, json!({ "replace": ["name"] })), second]);

    harness.plan("test_machine", Some(&state), None).await.unwrap();
    assert_eq!(cloud.reviewed(), [seen("Destroy", json!(5), null.clone(), null.clone(), null)]);
}

#[tokio::test]
async fn warnings_are_shown_and_errors_stop_the_plan() {
    let (harness, cloud) = started().await;
    let verdict = |verdict: &str| json!({ "name": "a", "tags": { "verdict": verdict } });
    let planned = harness.plan("test_machine", None, Some(&verdict("warn"))).await.unwrap();
    assert_eq!(planned.warnings, [Diagnostic::warning("Doubtful").at(Path::root().attribute("tags"))]);
    let failed = harness.apply("test_machine", None, &verdict("deny")).await.unwrap_err();
    assert_eq!(failed.text(), "tags: Denied: \n");
    let failed = harness.apply("test_machine", None, &verdict("panic")).await.unwrap_err();
    assert!(failed.text().contains("judge broke"), "{}", failed.text());
    assert_eq!(cloud.get("a"), None);
}

#[tokio::test]
async fn a_plan_that_failed_is_not_judged() {
    let (harness, cloud) = started().await;
    harness.plan("test_machine", None, Some(&json!({ "name": "a", "hook": "fail" }))).await.unwrap_err();
    assert_eq!(cloud.reviewed(), [Json::Null; 0]);
}
