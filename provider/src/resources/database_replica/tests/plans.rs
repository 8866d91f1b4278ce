use serde_json::{Value as Json, json};
use tfplugin::model::Model;
use tfplugin::testing::{Action, Harness, Planned, State};

use super::{TYPE, config, observed, offline, remote};
use crate::Parapet;

/// What a refresh leaves in the state after a create and, where it is a primary, a promotion.
async fn state(harness: &Harness<Parapet>, role: &str, more: Json) -> State {
    let mut prior = observed(&remote("replica", |builder| builder), None);
    prior.tags = None;
    let seen = observed(&remote(role, |builder| builder.set_tag_list(None)), Some(&prior));
    let mut stored = Json::try_from(&seen.to_value()).unwrap();
    stored.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    harness.upgrade(TYPE, 0, &stored).await.unwrap()
}

fn replaced(planned: &Planned) -> Vec<String> {
    planned.replace.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_promotion_plans_nothing() {
    let harness = offline().await;
    for role in ["replica", "primary"] {
        let state = state(&harness, role, json!({})).await;
        assert_eq!(state.json()["role"], role);
        let planned = harness.plan(TYPE, Some(&state), Some(&config(json!({})))).await.unwrap();
        assert_eq!(planned.action, Action::NoOp, "{role}: {}", planned.value);
    }
}

#[tokio::test]
async fn what_cannot_change_replaces_a_replica_and_never_a_primary() {
    let harness = offline().await;
    let replica = state(&harness, "replica", json!({})).await;
    let primary = state(&harness, "primary", json!({})).await;
    for (more, path) in [
        (json!({ "db_subnet_group_name": "other" }), "db_subnet_group_name"),
        (json!({ "kms_key_id": "arn:aws:kms:us-east-2:123456789012:key/other" }), "kms_key_id"),
        (json!({ "identifier": "other" }), "identifier"),
        (json!({ "region": "us-west-2" }), "region"),
    ] {
        let planned = harness.plan(TYPE, Some(&replica), Some(&config(more.clone()))).await.unwrap();
        assert_eq!((planned.action, replaced(&planned)), (Action::Replace, vec![path.to_owned()]), "{more}");
        let refused = harness.plan(TYPE, Some(&primary), Some(&config(more))).await.unwrap_err().text();
        assert!(refused.starts_with(&format!("{path}: A primary is not replaced")), "{refused}");
    }
    let other = config(json!({ "source_db_instance_arn": "arn:aws:rds:eu-west-1:123456789012:db:other" }));
    let planned = harness.plan(TYPE, Some(&replica), Some(&other)).await.unwrap();
    assert_eq!((planned.action, replaced(&planned)), (Action::Replace, vec!["source_db_instance_arn".to_owned()]));
    let planned = harness.plan(TYPE, Some(&primary), Some(&other)).await.unwrap();
    assert_eq!((planned.action, planned.warnings.len()), (Action::Update, 1));
}

#[tokio::test]
async fn the_same_key_by_another_name_replaces_nothing() {
    let harness = offline().await;
    let state = state(&harness, "primary", json!({})).await;
    for key in ["1234", "arn:aws:kms:us-east-2:123456789012:key/1234"] {
        let planned = harness.plan(TYPE, Some(&state), Some(&config(json!({ "kms_key_id": key })))).await.unwrap();
        assert_eq!(replaced(&planned), Vec::<String>::new(), "{key}");
    }
}

#[tokio::test]
async fn changes_in_place_keep_what_is_known() {
    let harness = offline().await;
    let state = state(&harness, "replica", json!({})).await;
    let planned =
        harness.plan(TYPE, Some(&state), Some(&config(json!({ "instance_class": "db.r6g.xlarge" })))).await.unwrap();
    let unknown = |name: &str| planned.value.attribute(name).is_unknown();
    assert!(planned.action == Action::Update && unknown("status"));
    assert!(!unknown("role") && !unknown("endpoint") && !unknown("arn") && !unknown("kms_key_id"), "{}", planned.value);
    let planned = harness.plan(TYPE, Some(&state), Some(&config(json!({ "port": 5433 })))).await.unwrap();
    assert!(planned.value.attribute("endpoint").is_unknown() && planned.replace.is_empty());
}

#[tokio::test]
async fn a_destroy_that_would_lose_data_is_refused() {
    let harness = offline().await;
    for (role, more, refusal) in [
        ("replica", json!({}), None),
        ("primary", json!({}), Some("final_snapshot_identifier: A primary is deleted with a final snapshot")),
        ("primary", json!({ "final_snapshot_identifier": "last" }), None),
        ("primary", json!({ "skip_final_snapshot": true }), None),
        ("replica", json!({ "deletion_protection": true }), Some("deletion_protection: The instance is protected")),
    ] {
        let state = state(&harness, role, more.clone()).await;
        let planned = harness.plan(TYPE, Some(&state), None).await.map_err(|failure| failure.text());
        match refusal {
            None => assert_eq!(planned.unwrap().action, Action::Delete, "{role} {more}"),
            Some(text) => assert!(planned.as_ref().unwrap_err().starts_with(text), "{role} {more}: {planned:?}"),
        }
    }
}

#[tokio::test]
async fn a_region_that_does_not_answer_leaves_the_state_as_it_was() {
    let harness = offline().await;
    let state = state(&harness, "replica", json!({})).await;
    let seen = harness.refresh(TYPE, &state).await.unwrap().unwrap().json();
    let mut expected = state.json();
    expected["status"] = "unknown".into();
    assert_eq!(seen, expected);
    assert!(harness.import(TYPE, "us-east-2/orders-replica").await.is_err(), "there is nothing known to keep");
}
