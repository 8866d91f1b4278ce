//! Accelerators from create to delete, against a stand-in for the API.

use serde_json::{Value as Json, json};
use tfplugin::testing::{Action, Harness, State};

use super::fake::Fake;
use super::{TYPE, reaching};
use crate::Parapet;

/// A change of a configuration.
type Edit = fn(&mut Json);

fn endpoints(weights: &[(&str, Option<i64>)]) -> Vec<Json> {
    weights.iter().map(|(id, weight)| json!({ "endpoint_id": id, "weight": weight })).collect()
}

fn config() -> Json {
    json!({
        "name": "front", "tags": { "app": "shop" },
        "listener": [
            {
                "port_range": [{ "from_port": 443, "to_port": 443 }],
                "endpoint_group": [
                    { "region": "eu-west-1", "endpoint": endpoints(&[("a", Some(0)), ("b", None)]) },
                    { "region": "us-east-2", "initial_traffic_dial_percentage": 12.5, "endpoint": endpoints(&[("c", None)]) },
                ],
            },
            { "protocol": "UDP", "port_range": [{ "from_port": 53, "to_port": 53 }] },
        ],
    })
}

async fn created() -> (Fake, Harness<Parapet>, State) {
    let fake = Fake::start().await;
    let harness = reaching(&fake.endpoint).await;
    let state = harness.apply(TYPE, None, &config()).await.unwrap();
    (fake, harness, state)
}

/// Refreshes, and asserts that there is nothing to do.
async fn settled(harness: &Harness<Parapet>, state: &State, config: &Json) -> State {
    let state = harness.refresh(TYPE, state).await.unwrap().unwrap();
    let planned = harness.plan(TYPE, Some(&state), Some(config)).await.unwrap();
    assert_eq!(planned.action, Action::NoOp, "{}", planned.value);
    state
}

#[tokio::test]
async fn a_life_without_surprises() {
    let (fake, harness, state) = created().await;
    assert_eq!(
        fake.changes(),
        [
            "CreateAccelerator",
            "CreateListener",
            "CreateEndpointGroup",
            "CreateEndpointGroup",
            "CreateListener",
            "UntagResource"
        ]
    );
    {
        let world = fake.world.lock().unwrap();
        assert_eq!(
            world.groups[0]["EndpointConfigurations"],
            json!([{ "EndpointId": "a", "Weight": 0 }, { "EndpointId": "b" }])
        );
        assert_eq!(world.groups[1]["TrafficDialPercentage"], json!(12.5));
        assert_eq!(world.tags, json!([{ "Key": "app", "Value": "shop" }, { "Key": "team", "Value": "core" }]));
    }
    assert_eq!(state.json()["status"], "DEPLOYED");
    let state = settled(&harness, &state, &config()).await;

    let imported = harness.import(TYPE, "arn:aws:globalaccelerator::1:accelerator/a").await.unwrap();
    let mut wanted = config();
    wanted["listener"].as_array_mut().unwrap().reverse();
    wanted["listener"][1]["endpoint_group"][1]["initial_traffic_dial_percentage"] = 100.into();
    let planned = harness.plan(TYPE, Some(&imported), Some(&wanted)).await.unwrap();
    assert_eq!(planned.action, Action::NoOp, "{}", planned.value);
    // In another order: Terraform shows it, and nothing is done.
    let planned = harness.plan(TYPE, Some(&imported), Some(&config())).await.unwrap();
    assert!(planned.action == Action::Update && planned.value.is_wholly_known(), "{}", planned.value);
    let moved = harness.apply(TYPE, Some(&imported), &config()).await.unwrap();
    assert_eq!(fake.changes(), Vec::<String>::new());
    settled(&harness, &moved, &config()).await;

    harness.destroy(TYPE, &state).await.unwrap();
    let world = fake.world.lock().unwrap();
    assert!(world.accelerator.is_none() && world.listeners.is_empty() && world.groups.is_empty());
}

#[tokio::test]
async fn only_what_changed_is_asked_for_and_never_a_dial() {
    let (fake, harness, mut state) = created().await;
    fake.changes();
    let mut config = config();
    let edits: [(Edit, &[&str]); 9] = [
        (|it| it["tags"]["app"] = "bank".into(), &["TagResource"]),
        (|it| it["tags"] = json!({}), &["UntagResource"]),
        (|it| it["enabled"] = false.into(), &["UpdateAccelerator"]),
        (
            |it| it["attributes"] = json!({ "flow_logs_enabled": true, "flow_logs_s3_bucket": "logs" }),
            &["UpdateAcceleratorAttributes"],
        ),
        (|it| it["listener"][0]["endpoint_group"][1]["initial_traffic_dial_percentage"] = 50.into(), &[]),
        (|it| it["listener"][0]["endpoint_group"][0]["endpoint"][1]["weight"] = 0.into(), &["UpdateEndpointGroup"]),
        (
            |it| it["listener"][0]["port_range"][0]["from_port"] = 440.into(),
            &["UpdateListener", "UpdateEndpointGroup", "UpdateEndpointGroup"],
        ),
        (
            |it| it["listener"][0]["endpoint_group"][1]["region"] = "ap-south-1".into(),
            &["CreateEndpointGroup", "DeleteEndpointGroup"],
        ),
        (
            |it| it["listener"] = json!([]),
            &["DeleteEndpointGroup", "DeleteEndpointGroup", "DeleteListener", "DeleteListener"],
        ),
    ];
    for (position, (edit, expected)) in edits.into_iter().enumerate() {
        edit(&mut config);
        state = harness.apply(TYPE, Some(&state), &config).await.unwrap();
        let changes: Vec<_> = fake.world.lock().unwrap().changes.drain(..).collect();
        assert_eq!(changes.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), expected, "{position}");
        for (name, input) in changes {
            assert!(name != "UpdateEndpointGroup" || input.get("TrafficDialPercentage").is_none(), "{input}");
        }
        state = settled(&harness, &state, &config).await;
    }
}

#[tokio::test]
async fn a_fence_stays_up_whatever_is_applied() {
    let (fake, harness, state) = created().await;
    {
        let mut world = fake.world.lock().unwrap();
        world.tags.as_array_mut().unwrap().push(json!({ "Key": "parapet:fenced", "Value": "eu-west-1" }));
        world.groups[0]["EndpointConfigurations"] = json!([]);
        world.groups[0]["EndpointDescriptions"] = json!([]);
    }
    let state = settled(&harness, &state, &config()).await;
    assert!(!state.json().to_string().contains("parapet:fenced"));
    let mut changed = config();
    changed["tags"] = json!({});
    changed["listener"][0]["endpoint_group"][0]["threshold_count"] = 5.into();
    changed["listener"][0]["endpoint_group"][0]["endpoint"][0]["weight"] = 9.into();
    changed["listener"][1]["endpoint_group"] =
        json!([{ "region": "eu-west-1", "endpoint": endpoints(&[("d", None)]) }]);
    let state = harness.apply(TYPE, Some(&state), &changed).await.unwrap();
    {
        let mut world = fake.world.lock().unwrap();
        assert_eq!(world.groups[0]["ThresholdCount"], 5);
        assert_eq!(world.groups[0]["EndpointDescriptions"], json!([]));
        assert_eq!(world.groups[2]["EndpointDescriptions"], json!([]), "not in a new group either");
        assert!(world.tags.to_string().contains("parapet:fenced"), "{}", world.tags);
        // The fence comes down.
        world.tags.as_array_mut().unwrap().retain(|tag| tag["Key"] != "parapet:fenced");
    }
    let state = harness.refresh(TYPE, &state).await.unwrap().unwrap();
    harness.apply(TYPE, Some(&state), &changed).await.unwrap();
    let world = fake.world.lock().unwrap();
    assert_eq!(world.groups[0]["EndpointConfigurations"][0], json!({ "EndpointId": "a", "Weight": 9 }));
    assert_eq!(world.groups[2]["EndpointConfigurations"], json!([{ "EndpointId": "d" }]));
}

#[tokio::test]
async fn a_create_that_fails_halfway_leaves_nothing_behind() {
    let fake = Fake::start().await;
    let harness = reaching(&fake.endpoint).await;
    fake.world.lock().unwrap().refused = Some("CreateEndpointGroup");
    let failed = harness.apply(TYPE, None, &config()).await.unwrap_err();
    assert!(failed.text().contains("creating the endpoint group of eu-west-1"), "{}", failed.text());
    let state = failed.state.unwrap();
    assert!(state.tainted && state.json()["arn"] == "arn:aws:globalaccelerator::1:accelerator/a");
    assert_eq!(fake.world.lock().unwrap().listeners.len(), 1);

    fake.world.lock().unwrap().refused = None;
    let state = harness.refresh(TYPE, &state).await.unwrap().unwrap();
    harness.apply(TYPE, Some(&state), &config()).await.unwrap();
    let world = fake.world.lock().unwrap();
    assert_eq!((world.listeners.len(), world.groups.len()), (2, 2));
}

#[tokio::test]
async fn changes_wait_for_those_before() {
    let (fake, harness, state) = created().await;
    fake.changes();
    let mut renamed = config();
    renamed["name"] = "door".into();
    fake.world.lock().unwrap().busy = 2;
    let state = harness.apply(TYPE, Some(&state), &renamed).await.unwrap();
    assert_eq!((fake.changes(), fake.world.lock().unwrap().busy), (vec!["UpdateAccelerator".to_owned()], 0));

    renamed["timeouts"] = json!({ "update": "1s" });
    renamed["name"] = "gate".into();
    fake.world.lock().unwrap().busy = 100;
    let text = harness.apply(TYPE, Some(&state), &renamed).await.unwrap_err().text();
    assert!(text.contains("to take another change") && text.contains("TransactionInProgressException (no)"), "{text}");
}

#[tokio::test]
async fn what_is_gone_already_is_deleted() {
    let (fake, harness, state) = created().await;
    fake.world.lock().unwrap().accelerator = None;
    harness.destroy(TYPE, &state).await.unwrap();
    assert!(harness.refresh(TYPE, &state).await.unwrap().is_none());
}

#[tokio::test]
async fn what_a_killed_run_has_left_is_gone_on_with() {
    let (fake, _, _) = created().await;
    let owner = super::super::leftover::owner("front");
    {
        // No state was written, the tags are old, and somebody has switched it off.
        let mut world = fake.world.lock().unwrap();
        world.tags = json!([{ "Key": "parapet:creating", "Value": owner }, { "Key": "old", "Value": "x" }]);
        world.accelerator.as_mut().unwrap()["Enabled"] = false.into();
        world.changes.clear();
    }
    let harness = reaching(&fake.endpoint).await;
    let state = harness.apply(TYPE, None, &config()).await.unwrap();
    assert!(!fake.changes().contains(&"CreateAccelerator".to_owned()));
    {
        let world = fake.world.lock().unwrap();
        assert_eq!((world.listeners.len(), world.groups.len()), (2, 2));
        assert_eq!(world.tags, json!([{ "Key": "app", "Value": "shop" }, { "Key": "team", "Value": "core" }]));
        assert_eq!(world.accelerator.as_ref().unwrap()["Enabled"], json!(true));
    }
    settled(&harness, &state, &config()).await;
}

#[tokio::test]
async fn what_is_not_left_by_this_configuration_is_left_alone() {
    let (fake, harness, _) = created().await;
    // Another that is finished, and has the same name.
    harness.apply(TYPE, None, &config()).await.unwrap();
    assert_eq!(fake.changes().iter().filter(|change| *change == "CreateAccelerator").count(), 2);
    // This process has created it a moment ago, for another resource.
    let owner = super::super::leftover::owner("front");
    fake.world.lock().unwrap().tags = json!([{ "Key": "parapet:creating", "Value": owner }]);
    harness.apply(TYPE, None, &config()).await.unwrap();
    assert_eq!(fake.changes().iter().filter(|change| *change == "CreateAccelerator").count(), 1);
    // Somebody else is creating it.
    fake.world.lock().unwrap().tags = json!([{ "Key": "parapet:creating", "Value": "elsewhere" }]);
    let text = reaching(&fake.endpoint).await.apply(TYPE, None, &config()).await.unwrap_err().text();
    assert!(text.contains("is being created elsewhere") && text.contains("accelerator/a"), "{text}");
    assert!(fake.changes().is_empty());
}
