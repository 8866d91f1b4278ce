//! Plans.

use serde_json::{Value as Json, json};
use tfplugin::testing::{Action, Planned, UNKNOWN};

use crate::{shown, started, with};

fn paths(planned: &Planned) -> Vec<String> {
    planned.replace.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn defaults_fill_in_where_the_configuration_says_nothing() {
    let (harness, _) = started().await;
    let config = json!({
        "name": "a",
        "disk": { "label": "one" },
        "disks": [{ "label": "two" }, { "label": "three", "count": 5 }],
        "disk_set": [{ "label": "four" }, { "label": "five", "count": 2 }],
        "disk_map": { "six": { "label": "six" } },
        "label": [{ "key": "k" }, { "key": "l", "value": "v" }],
    });
    let planned = harness.plan("test_machine", None, Some(&config)).await.unwrap();
    assert_eq!(planned.action, Action::Create);
    let value = shown(&planned.value);
    assert_eq!(value["size"], json!(10));
    assert_eq!(value["disk"], json!({ "label": "one", "count": 1, "serial": UNKNOWN }));
    assert_eq!(value["disks"][0]["count"], json!(1));
    assert_eq!(value["disks"][1]["count"], json!(5));
    assert_eq!(
        value["disk_set"],
        json!([
            { "label": "four", "count": 1, "serial": UNKNOWN },
            { "label": "five", "count": 2, "serial": UNKNOWN },
        ])
    );
    assert_eq!(value["disk_map"]["six"]["count"], json!(1));
    assert_eq!(value["label"], json!([{ "key": "k", "value": "none" }, { "key": "l", "value": "v" }]));
    assert_eq!(value["zone"], Json::Null);
    assert_eq!(
        (&value["id"], &value["region"], &value["revision"]),
        (&json!(UNKNOWN), &json!(UNKNOWN), &json!(UNKNOWN))
    );
}

#[tokio::test]
async fn a_default_wins_over_state_when_the_configuration_falls_silent() {
    let (harness, _) = started().await;
    let state = harness.apply("test_machine", None, &json!({ "name": "a", "size": 4 })).await.unwrap();
    let planned = harness.plan("test_machine", Some(&state), Some(&json!({ "name": "a" }))).await.unwrap();
    assert_eq!((planned.action, &shown(&planned.value)["size"]), (Action::Update, &json!(10)));
}

#[tokio::test]
async fn nothing_changed_is_an_empty_plan() {
    let (harness, _) = started().await;
    let config = json!({
        "name": "a", "ratio": 0.1, "ports": [3, 1, 2], "tags": { "a": "b" }, "password": "secret",
        "anything": { "list": [1, "two", null], "map": {} },
        "disk": { "label": "one" }, "disks": [{ "label": "two" }], "disk_set": [{ "label": "four" }, { "label": "five" }],
        "disk_map": { "six": { "label": "six" } }, "limits": { "max": 3 }, "rule": [{ "action": "deny" }],
        "label": [{ "key": "k" }, { "key": "l", "value": "v" }],
    });
    let state = harness.apply("test_machine", None, &config).await.unwrap();
    let planned = harness.plan("test_machine", Some(&state), Some(&config)).await.unwrap();
    assert_eq!(planned.action, Action::NoOp, "{}", planned.value);
    let refreshed = harness.refresh("test_machine", &state).await.unwrap().unwrap();
    assert_eq!(refreshed, state);
    let another_order =
        with(&config, json!({ "ports": [2, 3, 1], "disk_set": [{ "label": "five" }, { "label": "four" }] }));
    let planned = harness.plan("test_machine", Some(&state), Some(&another_order)).await.unwrap();
    assert_eq!(planned.action, Action::NoOp, "{}", planned.value);
}

#[tokio::test]
async fn kept_values_stay_and_others_become_unknown() {
    let (harness, _) = started().await;
    let config = json!({ "name": "a", "disks": [{ "label": "x" }] });
    let state = harness.apply("test_machine", None, &config).await.unwrap();
    let more = json!({ "name": "a", "size": 5, "disks": [{ "label": "x" }, { "label": "y" }] });
    let planned = harness.plan("test_machine", Some(&state), Some(&more)).await.unwrap();
    let value = shown(&planned.value);
    assert_eq!(planned.action, Action::Update);
    assert_eq!((&value["id"], &value["region"]), (&json!("id-a"), &json!("eu-1")));
    assert_eq!((&value["revision"], &value["image"]), (&json!(UNKNOWN), &json!(UNKNOWN)));
    assert_eq!((&value["disks"][0]["serial"], &value["disks"][1]["serial"]), (&json!("X"), &json!(UNKNOWN)));
    assert_eq!(paths(&planned), Vec::<String>::new(), "a computed value that becomes unknown replaces nothing");
}

#[tokio::test]
async fn an_optional_computed_value_outlives_its_configuration() {
    let (harness, _) = started().await;
    let state = harness.apply("test_machine", None, &json!({ "name": "a", "region": "us-9" })).await.unwrap();
    assert_eq!(state.json()["region"], json!("us-9"));
    let planned = harness.plan("test_machine", Some(&state), Some(&json!({ "name": "a" }))).await.unwrap();
    assert_eq!(planned.action, Action::NoOp);
}

#[tokio::test]
async fn replacement_names_every_path_once_and_in_order() {
    let (harness, _) = started().await;
    let config = json!({
        "name": "a", "zone": "z", "rule": [{ "action": "deny" }, { "action": "deny", "kind": "k" }],
        "label": [{ "key": "k" }],
    });
    let state = harness.apply("test_machine", None, &config).await.unwrap();
    for (change, expected) in [
        (json!({ "zone": "y" }), vec!["zone"]),
        (json!({ "zone": null }), vec!["zone"]),
        (json!({ "name": "b" }), vec!["name"]),
        (json!({ "rule": [{ "action": "allow" }, { "action": "deny", "kind": "l" }] }), vec!["rule[1].kind"]),
        (json!({ "rule": [{ "action": "allow" }, { "action": "deny", "kind": "k" }] }), vec![]),
        (json!({ "label": [{ "key": "l" }] }), vec!["label"]),
        (json!({ "zone": "y", "name": "b", "label": [] }), vec!["label", "name", "zone"]),
        (json!({ "zone": UNKNOWN }), vec!["zone"]),
        (json!({ "size": 5 }), vec![]),
    ] {
        let planned = harness.plan("test_machine", Some(&state), Some(&with(&config, change.clone()))).await.unwrap();
        assert_eq!(paths(&planned), expected, "{change}");
        let action = if expected.is_empty() { Action::Update } else { Action::Replace };
        assert_eq!(planned.action, action, "{change}");
        if action == Action::Replace {
            assert_eq!(shown(&planned.value)["id"], json!(UNKNOWN), "a new object has nothing to keep");
        }
    }
}

#[tokio::test]
async fn the_hook_sets_values_and_asks_for_replacement() {
    let (harness, _) = started().await;
    let config = json!({ "name": "a", "tags": { "a": "b" }, "ports": [1, 2] });
    let state = harness.apply("test_machine", None, &config).await.unwrap();

    let set = with(&config, json!({ "hook": "set" }));
    let planned = harness.plan("test_machine", None, Some(&set)).await.unwrap();
    assert_eq!(shown(&planned.value)["id"], json!("id-of-hook"));

    let unknown = with(&config, json!({ "hook": "unknown" }));
    let planned = harness.plan("test_machine", Some(&state), Some(&unknown)).await.unwrap();
    assert_eq!(shown(&planned.value)["id"], json!(UNKNOWN), "the hook overrules `keep`");

    let image = with(&config, json!({ "hook": "image" }));
    let planned = harness.plan("test_machine", Some(&state), Some(&image)).await.unwrap();
    assert_eq!(paths(&planned), ["image"], "a known new value of a computed attribute replaces");

    let replace = with(&config, json!({ "hook": "replace", "tags": { "a": "c" } }));
    let planned = harness.plan("test_machine", Some(&state), Some(&replace)).await.unwrap();
    assert_eq!(paths(&planned), ["name", "tags"]);
    let planned = harness.plan("test_machine", None, Some(&replace)).await.unwrap();
    assert_eq!((planned.action, paths(&planned)), (Action::Create, vec![]), "nothing is replaced on create");

    let unchanged = with(&config, json!({ "hook": "replace", "ports": [2, 1] }));
    let planned = harness.plan("test_machine", Some(&state), Some(&unchanged)).await.unwrap();
    assert_eq!(paths(&planned), Vec::<String>::new(), "a set in another order is the same set");
}

#[tokio::test]
async fn what_the_hook_changes_alone_makes_the_rest_unknown() {
    let (harness, _) = started().await;
    let config = json!({ "name": "a", "hook": "unknown" });
    let state = harness.apply("test_machine", None, &config).await.unwrap();
    let planned = harness.plan("test_machine", Some(&state), Some(&config)).await.unwrap();
    let value = shown(&planned.value);
    assert_eq!((planned.action, &value["id"]), (Action::Update, &json!(UNKNOWN)));
    assert_eq!((&value["revision"], &value["region"]), (&json!(UNKNOWN), &json!("eu-1")));
}

#[tokio::test]
async fn a_hook_may_warn_fail_and_crash() {
    let (harness, _) = started().await;
    let plan = async |hook: &str| harness.plan("test_machine", None, Some(&json!({ "name": "a", "hook": hook }))).await;
    let planned = plan("warn").await.unwrap();
    assert_eq!(
        planned.warnings.iter().map(|it| (it.summary.as_str(), it.path.to_string())).collect::<Vec<_>>(),
        [("Mind the step", "hook".to_owned())]
    );
    assert_eq!(plan("fail").await.unwrap_err().text(), "hook: Cannot plan this: \n");
    let crashed = plan("panic").await.unwrap_err().text();
    assert!(crashed.contains("The provider crashed") && crashed.contains("plan broke"), "{crashed}");
}

#[tokio::test]
async fn the_harness_refuses_what_terraform_refuses() {
    let (harness, _) = started().await;
    let config = json!({ "name": "a", "zone": "here", "hook": "overrule" });
    let refused = harness.plan("test_machine", None, Some(&config)).await.unwrap_err().text();
    assert!(refused.contains("zone: Provider produced invalid plan"), "{refused}");
    let config = json!({ "name": "a", "fail": "lie" });
    let refused = harness.apply("test_machine", None, &config).await.unwrap_err().text();
    assert!(refused.contains("Provider produced inconsistent result after apply"), "{refused}");
}

#[tokio::test]
async fn unknown_configuration_is_planned_as_unknown() {
    let (harness, _) = started().await;
    let config = json!({
        "name": UNKNOWN, "size": UNKNOWN, "ratio": UNKNOWN, "tags": { "a": UNKNOWN }, "ports": [1, UNKNOWN],
        "anything": { "a": UNKNOWN }, "disk": UNKNOWN, "disks": [UNKNOWN, { "label": UNKNOWN }],
        "disk_set": [{ "label": UNKNOWN }], "disk_map": UNKNOWN, "rule": [{ "action": UNKNOWN }], "password": UNKNOWN,
    });
    let planned = harness.plan("test_machine", None, Some(&config)).await.unwrap();
    let value = shown(&planned.value);
    for name in ["name", "size", "ratio", "disk", "disk_map"] {
        assert_eq!(value[name], json!(UNKNOWN), "{name}");
    }
    assert_eq!(value["anything"], json!({ "a": UNKNOWN }));
    assert_eq!(value["tags"], json!({ "a": UNKNOWN }));
    assert_eq!(value["ports"], json!([1, UNKNOWN]));
    assert_eq!(
        value["disks"],
        json!([
            // Whether the default applies is not known either.
            { "label": UNKNOWN, "count": UNKNOWN, "serial": UNKNOWN },
            { "label": UNKNOWN, "count": 1, "serial": UNKNOWN },
        ])
    );
    assert_eq!(value["disk_set"], json!([{ "label": UNKNOWN, "count": 1, "serial": UNKNOWN }]));
    assert_eq!(value["rule"][0]["action"], json!(UNKNOWN));
    assert_eq!(value["password"], Json::Null, "a write-only value is in no plan, not even unknown");
}

#[tokio::test]
async fn a_planned_destroy_may_be_refused_or_warned_of() {
    let (harness, cloud) = started().await;
    let state = harness.apply("test_machine", None, &json!({ "name": "a", "zone": "protected" })).await.unwrap();
    let refused = harness.destroy("test_machine", &state).await.unwrap_err();
    assert_eq!(refused.text(), "zone: The machine is protected: \n");
    assert!(cloud.get("a").is_some());
    let elsewhere = json!({ "name": "a", "zone": "elsewhere" });
    let refused = harness.plan("test_machine", Some(&state), Some(&elsewhere)).await.unwrap_err();
    assert_eq!(refused.text(), "zone: The machine is protected: \n", "a replacement is a destroy too");
    let state = harness.apply("test_machine", None, &json!({ "name": "b", "zone": "watched" })).await.unwrap();
    let planned = harness.plan("test_machine", Some(&state), None).await.unwrap();
    assert_eq!((planned.action, planned.warnings.len()), (Action::Delete, 1));
    harness.destroy("test_machine", &state).await.unwrap();
    assert_eq!(cloud.get("b"), None);
}
