//! Changes carried out, and changes that fail half-way.

use serde_json::{Value as Json, json};
use tfplugin::testing::Action;

use crate::{started, with};

#[tokio::test]
async fn create_update_replace_destroy() {
    let (harness, cloud) = started().await;
    let config = json!({ "name": "a", "size": 5, "ratio": 0.1 });
    let state = harness.apply("test_machine", None, &config).await.unwrap();
    let json = state.json();
    assert_eq!((&json["id"], &json["revision"], &json["ratio"]), (&json!("id-a"), &json!(1), &json!(0.1)));
    assert!(!state.tainted);
    let state = harness.apply("test_machine", Some(&state), &with(&config, json!({ "size": 6 }))).await.unwrap();
    assert_eq!((&state.json()["revision"], &state.json()["size"]), (&json!(2), &json!(6)));
    let state = harness.apply("test_machine", Some(&state), &with(&config, json!({ "name": "b" }))).await.unwrap();
    assert_eq!((&state.json()["revision"], &state.json()["id"]), (&json!(1), &json!("id-b")));
    assert_eq!(cloud.names(), ["b", "configured"]);
    harness.destroy("test_machine", &state).await.unwrap();
    assert_eq!(cloud.names(), ["configured"]);
}

#[tokio::test]
async fn write_only_values_are_sent_and_never_stored() {
    let (harness, cloud) = started().await;
    let config = json!({ "name": "a", "password": "swordfish" });
    let state = harness.apply("test_machine", None, &config).await.unwrap();
    assert_eq!(state.json()["password"], Json::Null);
    let planned =
        harness.plan("test_machine", Some(&state), Some(&with(&config, json!({ "password": "other" })))).await;
    assert_eq!(planned.unwrap().action, Action::NoOp, "a write-only value alone changes nothing");
    let changed = with(&config, json!({ "password": "other", "size": 4 }));
    let state = harness.apply("test_machine", Some(&state), &changed).await.unwrap();
    assert_eq!(cloud.secrets(), [Some("swordfish".to_owned()), Some("other".to_owned())]);
    assert!(!state.json().to_string().contains("other"));
}

#[tokio::test]
async fn a_create_that_fails_early_leaves_nothing() {
    let (harness, cloud) = started().await;
    let failed = harness.apply("test_machine", None, &json!({ "name": "a", "fail": "before" })).await.unwrap_err();
    assert_eq!((failed.text().as_str(), failed.state), ("fail: Failed early: \n", None));
    assert_eq!(cloud.get("a"), None);
}

#[tokio::test]
async fn a_create_that_fails_late_is_tainted_and_replaced() {
    let (harness, _) = started().await;
    let config = json!({ "name": "a", "fail": "after", "password": "swordfish" });
    let failed = harness.apply("test_machine", None, &config).await.unwrap_err();
    assert_eq!(failed.text(), "fail: Failed late: \n");
    let state = failed.state.unwrap();
    assert!(state.tainted);
    let json = state.json();
    assert_eq!((&json["name"], &json["size"], &json["id"]), (&json!("a"), &json!(10), &Json::Null));
    assert_eq!(json["password"], Json::Null, "a checkpoint holds nothing write-only");
    let planned = harness.plan("test_machine", Some(&state), Some(&json!({ "name": "a" }))).await.unwrap();
    assert_eq!(planned.action, Action::Replace);
    let state = harness.apply("test_machine", Some(&state), &json!({ "name": "a" })).await.unwrap();
    assert_eq!((state.tainted, &state.json()["id"]), (false, &json!("id-a")));
}

#[tokio::test]
async fn a_crash_is_an_error_and_keeps_what_was_saved() {
    let (harness, _) = started().await;
    let failed = harness.apply("test_machine", None, &json!({ "name": "a", "fail": "panic" })).await.unwrap_err();
    assert!(
        failed.text().contains("The provider crashed") && failed.text().contains("create broke"),
        "{}",
        failed.text()
    );
    assert_eq!(failed.state, None);
    let failed = harness.apply("test_machine", None, &json!({ "name": "a", "fail": "late panic" })).await.unwrap_err();
    assert!(failed.text().contains("create broke late"), "{}", failed.text());
    let state = failed.state.unwrap();
    assert!(state.tainted && state.json()["name"] == json!("a"));
    // The provider goes on working.
    harness.apply("test_machine", None, &json!({ "name": "b" })).await.unwrap();
}

#[tokio::test]
async fn a_failed_update_keeps_what_is_true() {
    let (harness, _) = started().await;
    let config = json!({ "name": "a" });
    let state = harness.apply("test_machine", None, &config).await.unwrap();
    for (fail, size) in [("before", 10), ("panic", 10), ("after", 5)] {
        let changed = with(&config, json!({ "size": 5, "fail": fail }));
        let failed = harness.apply("test_machine", Some(&state), &changed).await.unwrap_err();
        let kept = failed.state.unwrap();
        assert_eq!((&kept.json()["size"], kept.tainted), (&json!(size), false), "{fail}");
    }
}

#[tokio::test]
async fn what_stays_unknown_is_a_bug_that_is_named_and_stored_as_null() {
    let (harness, _) = started().await;
    let failed = harness.apply("test_machine", None, &json!({ "name": "a", "fail": "unknown" })).await.unwrap_err();
    for path in ["region", "id", "revision", "image"] {
        assert!(failed.text().contains(&format!("{path}: Unknown value after apply")), "{}", failed.text());
    }
    let state = failed.state.unwrap();
    assert_eq!((&state.json()["name"], &state.json()["id"]), (&json!("a"), &Json::Null));
}

#[tokio::test]
async fn a_failed_delete_keeps_the_object() {
    let (harness, _) = started().await;
    let state = harness.apply("test_machine", None, &json!({ "name": "a", "zone": "stuck" })).await.unwrap();
    let failed = harness.destroy("test_machine", &state).await.unwrap_err();
    assert_eq!(failed.text(), "zone: Cannot be deleted: \n");
    assert_eq!(failed.state.unwrap().json(), state.json());
}

#[tokio::test]
async fn a_stop_ends_waiting_and_keeps_what_was_saved() {
    let (harness, _) = started().await;
    let started = std::time::Instant::now();
    let waiting = tokio::spawn({
        let harness = harness.clone();
        async move { harness.apply("test_machine", None, &json!({ "name": "a", "fail": "wait" })).await }
    });
    tokio::task::yield_now().await;
    harness.stop();
    let failed = waiting.await.unwrap().unwrap_err();
    assert!(failed.text().contains("Interrupted") && started.elapsed().as_secs() < 30, "{}", failed.text());
    assert!(failed.state.unwrap().tainted);
}

#[tokio::test]
async fn numbers_keep_every_digit() {
    let (harness, _) = started().await;
    let config = json!({ "name": "a", "ratio": 0.1, "anything": { "big": 1.0e300, "third": 0.333_333_333_333_333_3 } });
    let state = harness.apply("test_machine", None, &config).await.unwrap();
    assert_eq!(state.json()["anything"], config["anything"]);
    let planned = harness.plan("test_machine", Some(&state), Some(&config)).await.unwrap();
    assert_eq!(planned.action, Action::NoOp);
}
