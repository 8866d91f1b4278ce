//! Validation: what is wrong, where, and nothing secret in it.

use serde_json::{Value as Json, json};
use tfplugin::proto::tfplugin6 as pb;
use tfplugin::proto::tfplugin6::provider_server::Provider as _;
use tfplugin::server::ProviderServer;
use tfplugin::testing::UNKNOWN;
use tfplugin::value::Value;
use tfplugin::wire;

use crate::cloud::Cloud;
use crate::provider::Test;
use crate::{started, with};

async fn problems(type_name: &str, more: Json) -> String {
    let (harness, _) = started().await;
    let config = with(&json!({ "name": "a" }), more);
    harness.plan(type_name, None, Some(&config)).await.map_or_else(|failure| failure.text(), |_| String::new())
}

#[tokio::test]
async fn rules_name_the_attribute_the_expectation_and_the_value() {
    for (config, expected) in [
        (json!({ "size": 2 }), "size: Invalid value: size must be between 3 and 20, but is 2.\n"),
        (
            json!({ "disks": [{ "label": "x" }, { "label": "y", "count": 10 }] }),
            "disks[1].count: Invalid value: disks[1].count must be between 0 and 9, but is 10.\n",
        ),
        (
            json!({ "disk_map": { "k k": { "label": "y", "count": -1 } } }),
            "disk_map[\"k k\"].count: Invalid value: disk_map[\"k k\"].count must be between 0 and 9, but is -1.\n",
        ),
        (
            json!({ "disk_set": [{ "label": "y", "count": 99 }] }),
            "disk_set.count: Invalid value: disk_set.count must be between 0 and 9, but is 99.\n",
        ),
        (
            json!({ "rule": [{ "action": "deny" }, { "action": "maybe" }] }),
            "rule[1].action: Invalid value: rule[1].action must be one of \"allow\", \"deny\", but is \"maybe\".\n",
        ),
        (json!({ "limits": { "min": 4, "max": 3 } }), "limits.min: Limits the wrong way round: min is 4, max is 3.\n"),
    ] {
        assert_eq!(problems("test_machine", config).await, expected);
    }
}

#[tokio::test]
async fn secrets_are_not_repeated() {
    for (config, path) in [
        (json!({ "code": "hunter2" }), "code"),
        (json!({ "password": "abc" }), "password"),
        (json!({ "hidden_disk": { "label": "x", "count": 4711 } }), "hidden_disk.count"),
    ] {
        let text = problems("test_machine", config).await;
        assert!(text.starts_with(&format!("{path}: ")) && text.contains("(sensitive value)"), "{text}");
        assert!(!["hunter2", "abc", "4711"].iter().any(|secret| text.contains(secret)), "{text}");
    }
}

#[tokio::test]
async fn a_fraction_is_no_whole_number() {
    assert_eq!(
        problems("test_machine", json!({ "size": 3.5 })).await,
        "size: Unexpected value: size must be a whole number, but is 3.5.\n"
    );
    assert_eq!(
        problems("test_machine", json!({ "ports": [1, 0.5] })).await,
        "ports: Unexpected value: ports must be a whole number, but is 0.5.\n"
    );
    assert_eq!(
        problems("test_machine", json!({ "hidden_disk": { "label": "x", "count": 47.11 } })).await,
        "hidden_disk.count: Unexpected value: hidden_disk.count cannot be used as it is (sensitive value).\n"
    );
    let too_large = problems("test_machine", json!({ "size": 1e30 })).await;
    assert!(too_large.starts_with("size: Unexpected value: size must be a whole number"), "{too_large}");
}

#[tokio::test]
async fn null_among_the_elements_is_found() {
    let text = problems("test_machine", json!({ "tags": { "a": null } })).await;
    assert_eq!(text, "tags[\"a\"]: Missing value: tags[\"a\"] must be a string, but is null.\n");
}

#[tokio::test]
async fn the_unknown_is_not_judged() {
    let config = json!({
        "size": UNKNOWN, "code": UNKNOWN, "password": UNKNOWN, "ports": [0, UNKNOWN], "disk": UNKNOWN,
        "limits": { "min": 4, "max": UNKNOWN }, "rule": [{ "action": UNKNOWN }],
    });
    assert_eq!(problems("test_machine", config).await, "");
}

#[tokio::test]
async fn several_problems_are_told_at_once() {
    let text = problems("test_machine", json!({ "size": 1, "code": "green", "limits": { "min": 2, "max": 1 } })).await;
    assert_eq!(
        text.lines().map(|line| line.split(':').next().unwrap()).collect::<Vec<_>>(),
        ["size", "code", "limits.min"]
    );
}

#[tokio::test]
async fn a_crash_while_validating_is_an_error() {
    let (harness, _) = started().await;
    let config = json!({ "name": "panic in validate" });
    let text = harness.plan("test_machine", None, Some(&config)).await.unwrap_err().text();
    assert!(text.contains("The provider crashed") && text.contains("validate broke"), "{text}");
}

#[tokio::test]
async fn a_type_the_provider_does_not_have_is_named() {
    assert!(problems("test_nothing", json!({})).await.contains("This provider has no resource \"test_nothing\""));
}

#[tokio::test]
async fn what_is_deprecated_is_warned_of_where_it_is_used() {
    let (harness, _) = started().await;
    let config = json!({ "name": "a", "type": "t", "list": [], "nested": { "required": "r" }, "required_block": {}, "listed": [{}] });
    let warnings = async |more: Json| {
        let planned = harness.plan("test_every", None, Some(&with(&config, more))).await.unwrap();
        planned.warnings.iter().map(|it| format!("{}: {}: {}", it.path, it.summary, it.detail)).collect::<Vec<_>>()
    };
    let whole = ": Deprecated: Use test_machine.";
    assert_eq!(warnings(json!({})).await, [whole]);
    assert_eq!(
        warnings(json!({ "old": UNKNOWN, "set_block": [{}] })).await,
        [whole, "set_block: Deprecated block: No longer read.", "old: Deprecated argument: Use name."]
    );
}

#[tokio::test]
async fn an_older_terraform_cannot_send_write_only_values() {
    let server = ProviderServer::new(Test(Cloud::default()));
    let (_, ty) = server.resource_shape("test_machine").unwrap();
    let config = Value::Map([("name".to_owned(), "a".into()), ("password".to_owned(), "swordfish".into())].into());
    let config = pb::DynamicValue { msgpack: wire::encode(&config, &ty).into(), ..Default::default() };
    let ask = async |capabilities: Option<pb::ClientCapabilities>| {
        let type_name = "test_machine".to_owned();
        let request = pb::validate_resource_config::Request {
            type_name,
            config: Some(config.clone()),
            client_capabilities: capabilities,
        };
        server.validate_resource_config(tonic::Request::new(request)).await.unwrap().into_inner().diagnostics
    };
    let newer = pb::ClientCapabilities { write_only_attributes_allowed: true, ..Default::default() };
    assert_eq!(ask(Some(newer)).await, []);
    for older in [None, Some(pb::ClientCapabilities::default())] {
        let problems = ask(older).await;
        let detail = problems.first().map(|problem| problem.detail.as_str()).unwrap_or_default();
        assert!(detail.contains("since version 1.11") && !detail.contains("swordfish"), "{problems:?}");
    }
}
