//! State: reading, importing, upgrading, moving.

use serde_json::{Value as Json, json};
use tfplugin::resource::MoveSource;

use crate::started;

#[tokio::test]
async fn an_object_that_is_gone_leaves_the_state() {
    let (harness, cloud) = started().await;
    let state = harness.apply("test_machine", None, &json!({ "name": "a" })).await.unwrap();
    cloud.delete("a");
    assert_eq!(harness.refresh("test_machine", &state).await.unwrap(), None);
}

#[tokio::test]
async fn drift_is_read() {
    let (harness, cloud) = started().await;
    let config = json!({ "zone": "z", "number": 1, "text": "old", "part": [{ "name": "p" }] });
    let state = harness.apply("test_volume", None, &config).await.unwrap();
    cloud.put("z:1", json!("new"));
    let refreshed = harness.refresh("test_volume", &state).await.unwrap().unwrap();
    assert_eq!(refreshed.json(), json!({ "zone": "z", "number": 1, "text": "new", "part": [{ "name": "p" }] }));
}

#[tokio::test]
async fn a_failed_read_loses_nothing() {
    let (harness, cloud) = started().await;
    let state = harness.apply("test_machine", None, &json!({ "name": "a" })).await.unwrap();
    cloud.put("a", Json::Null);
    let failed = harness.refresh("test_machine", &state).await.unwrap_err();
    assert_eq!(failed.text(), ": The cloud is down: \n");
}

#[tokio::test]
async fn import_by_one_and_by_two_key_fields() {
    let (harness, cloud) = started().await;
    let state = harness.apply("test_machine", None, &json!({ "name": "a/b c", "size": 7 })).await.unwrap();
    let imported = harness.import("test_machine", "a/b c").await.unwrap();
    assert_eq!(imported.json(), state.json());

    cloud.put("z:7", json!("found"));
    let imported = harness.import("test_volume", "z/7").await.unwrap();
    assert_eq!(imported.json(), json!({ "zone": "z", "number": 7, "text": "found", "part": [] }));
}

#[tokio::test]
async fn import_ids_of_another_form_are_explained() {
    let (harness, _) = started().await;
    for (type_name, id, expected) in [
        ("test_machine", "", "Expected an id of the form <name>, got \"\"."),
        ("test_volume", "z", "Expected an id of the form <zone>/<number>, got \"z\"."),
        ("test_volume", "/7", "Expected an id of the form <zone>/<number>, got \"/7\"."),
        ("test_volume", "z/", "Expected an id of the form <zone>/<number>, got \"z/\"."),
        ("test_volume", "z/seven", "\"seven\" is not a value for number, in the id \"z/seven\"."),
        ("test_volume", "z/7.5", "\"7.5\" is not a value for number, in the id \"z/7.5\"."),
        ("test_volume", "z/7/8", "\"7/8\" is not a value for number, in the id \"z/7/8\"."),
        ("test_machine", "nobody", "Cannot import non-existent remote object"),
    ] {
        let text = harness.import(type_name, id).await.unwrap_err().text();
        assert!(text.contains(expected), "{text}");
    }
}

#[tokio::test]
async fn state_of_an_older_version_is_upgraded() {
    let (harness, _) = started().await;
    let stored = json!({ "name": "a", "place": "here", "size": 4, "id": "id-a", "forgotten": { "x": [1] } });
    let state = harness.upgrade("test_machine", 0, &stored).await.unwrap();
    let json = state.json();
    assert_eq!((&json["zone"], &json["size"], &json["rule"]), (&json!("here"), &json!(4), &json!([])));
    assert_eq!(json.get("forgotten"), None, "an attribute the schema no longer has is dropped");
    assert_eq!(json.get("place"), None);
    let state = harness.upgrade("test_machine", 1, &json!({ "name": "a", "place": "here" })).await.unwrap();
    assert_eq!(state.json()["zone"], Json::Null);
}

#[tokio::test]
async fn state_of_the_same_version_loses_only_what_the_schema_lost() {
    let (harness, _) = started().await;
    let stored = json!({ "zone": "z", "number": 1, "text": "t", "part": [{ "name": "p", "old": 1 }], "gone": true });
    let state = harness.upgrade("test_volume", 1, &stored).await.unwrap();
    assert_eq!(state.json(), json!({ "zone": "z", "number": 1, "text": "t", "part": [{ "name": "p" }] }));
}

#[tokio::test]
async fn state_that_cannot_be_upgraded_says_what_to_do() {
    let (harness, _) = started().await;
    for (type_name, version, stored, expected) in [
        ("test_machine", 3, json!({}), "The state has schema version 3; this provider knows versions up to 2."),
        (
            "test_volume",
            0,
            json!({}),
            "The state was written with schema version 0, which this provider cannot upgrade.",
        ),
        ("test_volume", 1, json!({ "number": "many" }), "Failed while reading stored state"),
        ("test_machine", 0, json!([]), "not an object"),
        ("test_machine", 1, json!({ "name": 5 }), "Failed while reading upgraded state"),
        ("test_machine", 0, json!({ "name": "panic" }), "The provider crashed"),
    ] {
        let text = harness.upgrade(type_name, version, &stored).await.unwrap_err().text();
        assert!(text.contains(expected), "{text}");
    }
}

fn source(type_name: &str, version: i64, state: Json) -> MoveSource {
    let provider = "registry.terraform.io/hashicorp/other".to_owned();
    MoveSource { provider, type_name: type_name.to_owned(), schema_version: version, state, ..MoveSource::default() }
}

#[tokio::test]
async fn state_of_another_type_is_taken_over() {
    let (harness, _) = started().await;
    let moved = harness.move_from("test_volume", &source("other_volume", 4, json!({ "id": 9 }))).await.unwrap();
    assert_eq!(
        moved.json(),
        json!({ "zone": "registry.terraform.io/hashicorp/other", "number": 9, "text": null, "part": [] })
    );
}

#[tokio::test]
async fn a_move_that_is_not_supported_is_explained() {
    let (harness, _) = started().await;
    for (target, source, expected) in [
        ("test_volume", source("other_disk", 4, json!({})), "test_volume cannot take over the state of other_disk"),
        ("test_volume", source("other_volume", 3, json!({})), "Unsupported move"),
        ("test_volume", source("other_volume", 4, json!({})), "The other volume has no number"),
        ("test_machine", source("other_volume", 4, json!({})), "Unsupported move"),
    ] {
        let text = harness.move_from(target, &source).await.unwrap_err().text();
        assert!(text.contains(expected), "{text}");
    }
}
