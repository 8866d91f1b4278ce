//! Identities: the key fields, beside the state.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use tfplugin::proto::tfplugin6 as pb;
use tfplugin::proto::tfplugin6::provider_server::Provider as _;
use tfplugin::resource::MoveSource;
use tfplugin::server::ProviderServer;
use tonic::Request;

use crate::cloud::Cloud;
use crate::provider::Test;
use crate::{started, with};

#[tokio::test]
async fn the_key_fields_are_the_schema() {
    let server = ProviderServer::new(Test(Cloud::default()));
    let request = Request::new(pb::get_resource_identity_schemas::Request::default());
    let response = server.get_resource_identity_schemas(request).await.unwrap().into_inner();
    let shown: BTreeMap<String, Json> = response
        .identity_schemas
        .into_iter()
        .map(|(name, schema)| {
            assert!(schema.identity_attributes.iter().all(|it| it.required_for_import && !it.optional_for_import));
            let attributes = schema
                .identity_attributes
                .iter()
                .map(|it| json!([it.name, serde_json::from_slice::<Json>(&it.r#type).unwrap(), it.description]));
            (name, json!({ "version": schema.version, "attributes": attributes.collect::<Vec<_>>() }))
        })
        .collect();
    assert_eq!(
        json!(shown),
        json!({
            "test_every": {
                "version": 0,
                "attributes": [["name", "string", "The key, in *Markdown*."], ["made_key", "string", ""]]
            },
            "test_machine": { "version": 0, "attributes": [["name", "string", ""]] },
            "test_volume": { "version": 2, "attributes": [["zone", "string", ""], ["number", "number", ""]] },
        })
    );
}

#[tokio::test]
async fn it_comes_with_the_object_and_stays() {
    let (harness, _) = started().await;
    let config = json!({ "zone": "z", "number": 7, "text": "t" });
    let identity = json!({ "zone": "z", "number": 7 });
    let state = harness.apply("test_volume", None, &config).await.unwrap();
    assert_eq!(state.identity(), identity);
    let state = harness.apply("test_volume", Some(&state), &with(&config, json!({ "text": "u" }))).await.unwrap();
    assert_eq!(state.identity(), identity);
    let state = harness.refresh("test_volume", &state).await.unwrap().unwrap();
    assert_eq!(state.identity(), identity);
    let state = harness.apply("test_volume", Some(&state), &with(&config, json!({ "number": 8 }))).await.unwrap();
    assert_eq!(state.identity(), json!({ "zone": "z", "number": 8 }), "another key is another object");
    harness.destroy("test_volume", &state).await.unwrap();
}

#[tokio::test]
async fn a_failed_create_keeps_the_identity_it_knows() {
    let (harness, _) = started().await;
    let failed = harness.apply("test_machine", None, &json!({ "name": "a", "fail": "after" })).await.unwrap_err();
    assert_eq!(failed.state.unwrap().identity(), json!({ "name": "a" }));
}

#[tokio::test]
async fn import_by_identity_is_import_by_id() {
    let (harness, cloud) = started().await;
    cloud.put("z:7", json!("found"));
    let by_identity = harness.import_identity("test_volume", &json!({ "zone": "z", "number": 7 })).await.unwrap();
    assert_eq!(by_identity.json(), json!({ "zone": "z", "number": 7, "text": "found", "part": [] }));
    assert_eq!(by_identity, harness.import("test_volume", "z/7").await.unwrap());
}

#[tokio::test]
async fn identities_that_name_nothing_are_explained() {
    let (harness, _) = started().await;
    for (identity, expected) in [
        (json!({ "zone": "z", "number": 7.5 }), "7.5 is not a value for number, in the identity {number = 7.5"),
        (json!({ "zone": "", "number": 7 }), "\"\" is not a value for zone"),
        (json!({ "zone": "z" }), "null is not a value for number"),
        (json!({ "zone": "z", "number": 9 }), "Cannot import non-existent remote object"),
    ] {
        let text = harness.import_identity("test_volume", &identity).await.unwrap_err().text();
        assert!(text.contains(expected), "{text}");
    }
}

#[tokio::test]
async fn stored_identities_are_upgraded() {
    let (harness, _) = started().await;
    let current = json!({ "zone": "z", "number": 7 });
    for (version, stored) in [(2, with(&current, json!({ "gone": 1 }))), (1, json!({ "zone": "z", "number": "7" }))] {
        assert_eq!(harness.upgrade_identity("test_volume", version, &stored).await, Ok(current.clone()));
    }
    for (type_name, version, stored, expected) in [
        ("test_volume", 3, json!({}), "The identity has version 3; this provider knows versions up to 2."),
        ("test_volume", 1, json!({ "zone": "z" }), "does not have all of zone, number"),
        ("test_volume", 2, json!({ "zone": "z", "number": "x" }), "Failed while reading a stored identity"),
        ("test_volume", 0, json!({}), "The provider crashed"),
        ("test_volume", -1, json!({}), "version -1?"),
        (
            "test_machine",
            -1,
            json!({}),
            "The identity was written with version -1, which this provider cannot upgrade.",
        ),
    ] {
        let text = harness.upgrade_identity(type_name, version, &stored).await.unwrap_err().text();
        assert!(text.contains(expected), "{text}");
    }
}

#[tokio::test]
async fn a_move_takes_the_identity_along() {
    let (harness, _) = started().await;
    let source = MoveSource {
        type_name: "other_volume".to_owned(),
        schema_version: 4,
        state: json!({ "id": 9 }),
        identity: json!({ "number": 5 }),
        identity_version: 3,
        ..MoveSource::default()
    };
    let moved = harness.move_from("test_volume", &source).await.unwrap();
    assert_eq!(moved.identity(), json!({ "zone": "identity 3", "number": 5 }));
}
