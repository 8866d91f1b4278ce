use serde_json::{Value as Json, json};
use tfplugin::testing::{Action, UNKNOWN};
use tfplugin::value::Value;

use super::{TYPE, listener, offline, stored, stored_listener};

/// `arn: [arn of each group]` of every listener.
fn arns(planned: &Value) -> Vec<(String, Vec<String>)> {
    let Value::List(listeners) = planned.attribute("listener") else { return Vec::new() };
    let arn = |value: &Value| match value.attribute("arn") {
        Value::String(arn) => arn.clone(),
        _ => "?".to_owned(),
    };
    let groups = |listener: &Value| match listener.attribute("endpoint_group") {
        Value::List(groups) => groups.iter().map(arn).collect(),
        _ => Vec::new(),
    };
    listeners.iter().map(|listener| (arn(listener), groups(listener))).collect()
}

fn expected(listeners: &[(&str, &[&str])]) -> Vec<(String, Vec<String>)> {
    listeners
        .iter()
        .map(|(arn, groups)| ((*arn).to_owned(), groups.iter().map(|&it| it.to_owned()).collect()))
        .collect()
}

#[tokio::test]
async fn arns_follow_listeners_and_regions_wherever_they_stand() {
    let harness = offline().await;
    let http = (&[(80, 80)][..], &["eu", "us"][..]);
    let tls = (&[(443, 443), (8443, 8443)][..], &["eu"][..]);
    let state =
        stored(&harness, json!([stored_listener("http", http.0, http.1), stored_listener("tls", tls.0, tls.1)])).await;
    let (http, tls) = (listener(http.0, http.1), listener(tls.0, tls.1));
    let http_arns: (&str, &[&str]) = ("arn:http", &["arn:http/eu", "arn:http/us"]);
    let tls_arns: (&str, &[&str]) = ("arn:tls", &["arn:tls/eu"]);
    for (listeners, arns_after) in [
        (json!([tls, http]), vec![tls_arns, http_arns]),
        (json!([listener(&[(22, 22)], &["eu"]), http, tls]), vec![("?", &["?"][..]), http_arns, tls_arns]),
        (json!([tls]), vec![tls_arns]),
        (json!([listener(&[(80, 80)], &["ap", "us"]), tls]), vec![("arn:http", &["?", "arn:http/us"]), tls_arns]),
        (json!([listener(&[(81, 81)], &["eu", "us"]), tls]), vec![http_arns, tls_arns]),
        (
            json!([listener(&[(80, 80)], &["us", "eu"]), tls]),
            vec![("arn:http", &["arn:http/us", "arn:http/eu"]), tls_arns],
        ),
    ] {
        let config = json!({ "name": "front", "listener": listeners });
        let planned = harness.plan(TYPE, Some(&state), Some(&config)).await.unwrap();
        assert_eq!((planned.action, arns(&planned.value)), (Action::Update, expected(&arns_after)), "{config}");
    }
    let unknown =
        json!({ "port_range": [{ "from_port": UNKNOWN, "to_port": UNKNOWN }], "endpoint_group": [{ "region": "eu" }] });
    let config = json!({ "name": "front", "listener": [unknown, tls] });
    let planned = harness.plan(TYPE, Some(&state), Some(&config)).await.unwrap();
    assert_eq!(arns(&planned.value), expected(&[("?", &["?"]), tls_arns]));
}

#[tokio::test]
async fn another_order_is_shown_with_the_right_arns_and_nothing_unknown() {
    let harness = offline().await;
    let before =
        [stored_listener("http", &[(80, 80)], &["eu", "us"]), stored_listener("tls", &[(443, 443)], &["eu", "us"])];
    let state = stored(&harness, json!(before)).await;
    let http = listener(&[(80, 80)], &["us", "eu"]);
    let tls = listener(&[(443, 443)], &["eu", "us"]);
    let mut config = json!({ "name": "front", "listener": [tls, http] });
    config["listener"][1]["endpoint_group"][0]["initial_traffic_dial_percentage"] = 0.into();
    let planned = harness.plan(TYPE, Some(&state), Some(&config)).await.unwrap();
    assert_eq!(planned.action, Action::Update);
    assert!(planned.value.is_wholly_known(), "{}", planned.value);
    // In the order of the configuration: whoever refers to a place in it gets what stands there.
    let arns_in_order =
        [("arn:tls", &["arn:tls/eu", "arn:tls/us"][..]), ("arn:http", &["arn:http/us", "arn:http/eu"][..])];
    assert_eq!(arns(&planned.value), expected(&arns_in_order));
    let said: Vec<&str> = planned.warnings.iter().map(|warning| warning.summary.as_str()).collect();
    assert_eq!(said, ["Nothing of the accelerator changes at AWS"]);

    config["listener"][0]["endpoint_group"][0]["threshold_count"] = 5.into();
    let planned = harness.plan(TYPE, Some(&state), Some(&config)).await.unwrap();
    assert!(planned.value.attribute("status").is_unknown() && planned.warnings.is_empty());
}

#[tokio::test]
async fn only_what_changes_is_unknown() {
    let harness = offline().await;
    let state = stored(&harness, json!([stored_listener("http", &[(80, 80)], &["eu"])])).await;
    let config = json!({ "name": "front", "listener": [listener(&[(80, 80)], &["eu"])] });
    let planned = harness.plan(TYPE, Some(&state), Some(&config)).await.unwrap();
    assert_eq!(planned.action, Action::NoOp, "{}", planned.value);

    let mut tagged = config.clone();
    tagged["tags"] = json!({ "app": "shop" });
    let planned = harness.plan(TYPE, Some(&state), Some(&tagged)).await.unwrap();
    let mut known = planned.value.clone();
    assert_eq!(planned.action, Action::Update);
    assert!(known.attribute("status").is_unknown());
    known.set(&tfplugin::path::Path::root().attribute("status"), Value::Null);
    assert!(known.is_wholly_known(), "{known}");
    assert_eq!(Json::try_from(known.attribute("tags_all")).unwrap(), json!({ "app": "shop", "team": "core" }));

    let mut dual = config.clone();
    dual["ip_address_type"] = "DUAL_STACK".into();
    let planned = harness.plan(TYPE, Some(&state), Some(&dual)).await.unwrap();
    assert!(planned.value.attribute("ip_addresses").is_unknown() && planned.replace.is_empty());

    let mut unknown = config;
    unknown["tags"] = json!({ "app": UNKNOWN });
    let planned = harness.plan(TYPE, Some(&state), Some(&unknown)).await.unwrap();
    assert!(planned.value.attribute("tags_all").is_unknown());
}

#[tokio::test]
async fn tags_of_the_provider_block_are_drift_when_they_are_missing() {
    let harness = offline().await;
    let mut state = stored(&harness, json!([])).await.json();
    state["tags_all"] = json!({ "team": "other" });
    let state = harness.upgrade(TYPE, 0, &state).await.unwrap();
    let planned = harness.plan(TYPE, Some(&state), Some(&json!({ "name": "front" }))).await.unwrap();
    assert_eq!(planned.action, Action::Update);
    assert_eq!(Json::try_from(planned.value.attribute("tags_all")).unwrap(), json!({ "team": "core" }));
}
