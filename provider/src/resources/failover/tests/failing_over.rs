use parapet_sandbox::services::cloudwatch::Lag;
use serde_json::json;
use tfplugin::testing::Action;

use super::store::FENCE;
use super::world::{PRIMARY, RECORD, REPLICA, World};
use super::{NEW, OLD, TYPE};

#[tokio::test]
async fn a_failover_leaves_state_record_and_evidence() {
    let world = World::start().await;
    let state = world.created().await;
    let state = world.harness.apply(TYPE, Some(&state), &world.failed_over()).await.unwrap().json();
    assert_eq!((&state["status"], &state["observed_writer_region"]), (&json!("active"), &json!(NEW)));
    assert_eq!((&state["epoch"], &state["last_replica_lag_seconds"]), (&json!(2), &json!(2.5)));
    let steps = ["preflight", "fence", "rpo", "promote", "post_promotion", "dial_50", "dial_100", "traffic"];
    assert_eq!(state["completed_steps"], json!(steps));
    let (text, summary) = world.evidence(2);
    assert_eq!(state["evidence_sha256"], summary.sha256);
    assert_eq!(summary.policies.len(), 1, "{text}");
    assert!(
        summary.policies[0].len() == 64 && text.contains(r#""enforcement":"mandatory","fail_on":"medium""#),
        "{text}"
    );
    let record = world.store.object(RECORD);
    assert_eq!((&record["status"], &record["lag_seconds"]), (&json!("complete"), &json!(2.5)));
    assert_eq!((world.promotions(), world.sandbox.control().overlaps()), (1, vec![]));
}

#[tokio::test]
async fn other_policies_have_another_digest() {
    let world = World::start().await;
    let state = world.created().await;
    world.harness.apply(TYPE, Some(&state), &world.failed_over()).await.unwrap();
    let judges = |packs: &[&str]| {
        let packs = Some(packs.iter().map(|pack| (*pack).to_owned()).collect());
        crate::policy::Review::new(crate::policy::ReviewSettings { packs, ..Default::default() }, None)
            .judges()
            .unwrap()
    };
    let (kubernetes, none) = (judges(&["kubernetes"]), judges(&[]));
    assert!(kubernetes.rules > 0 && none.rules == 0);
    let used = &world.evidence(2).1.policies[0];
    assert!(*used != kubernetes.sha256 && *used != none.sha256 && kubernetes.sha256 != none.sha256);
}

#[tokio::test]
async fn a_refused_failover_leaves_what_is_true_and_the_next_plan_shows_it_again() {
    let world = World::start().await;
    let state = world.created().await;
    world.lag(Lag::Missing);
    let mut wanted = world.failed_over();
    wanted["rto_minutes"] = 30.into();
    let failed = world.harness.apply(TYPE, Some(&state), &wanted).await.unwrap_err();
    assert!(failed.text().contains("How much data would be lost is unknown"), "{}", failed.text());
    let (left, before) = (failed.state.unwrap(), state.json());
    let mut expected = before.clone();
    expected["status_reason"] = left.json()["status_reason"].clone();
    assert_eq!(left.json(), expected, "nothing that was asked for has come about");
    assert!(left.json()["status_reason"].as_str().unwrap().contains("unknown"), "{}", left.json());
    assert!(left.json()["confirm_region"].is_null() && world.promotions() == 0);

    let left = world.refreshed(&left).await;
    let again = world.harness.plan(TYPE, Some(&left), Some(&wanted)).await.unwrap();
    assert_eq!(again.action, Action::Update);
    let said: Vec<&str> = again.warnings.iter().map(|warning| warning.summary.as_str()).collect();
    assert!(said.contains(&"This plan fails over from eu-west-1 to eu-central-1"), "{said:?}");
    // Confirming the old region is no confirmation of the new one.
    wanted["confirm_region"] = OLD.into();
    let text = world.harness.plan(TYPE, Some(&left), Some(&wanted)).await.unwrap_err().text();
    assert!(text.contains("is not confirmed"), "{text}");
}

#[tokio::test]
async fn a_security_group_fences_and_is_given_back_whatever_happened_before() {
    let world = World::start().await;
    let mut config = world.config();
    config["fencing"]["mode"] = "security_group".into();
    config.as_object_mut().unwrap().remove("coordination");
    let state = world.harness.apply(TYPE, None, &config).await.unwrap();
    let (groups, _) = world.database(PRIMARY);
    // A run that was killed behind its fence, without a record: the tag alone remembers.
    {
        let mut state = world.sandbox.control().state();
        let primary = state.rds.instances.get_mut(PRIMARY).unwrap();
        primary.settings.security_groups = vec![FENCE.to_owned()];
        primary.tags.insert("parapet:fenced".to_owned(), groups.join(" "));
    }
    world.lag(Lag::Missing);
    let mut wanted = config.clone();
    (wanted["active_region"], wanted["confirm_region"]) = (NEW.into(), NEW.into());
    world.harness.apply(TYPE, Some(&state), &wanted).await.unwrap_err();
    let (now, tags) = world.database(PRIMARY);
    assert_eq!((now, tags.get("parapet:fenced")), (groups.clone(), None));

    world.lag(Lag::Value(1.0));
    world.harness.apply(TYPE, Some(&state), &wanted).await.unwrap();
    let (now, tags) = world.database(PRIMARY);
    assert_eq!((now, tags.get("parapet:fenced")), (vec![FENCE.to_owned()], Some(&groups.join(" "))));
    let made = world.store.contents.lock().unwrap().groups.clone();
    assert!(
        made.len() == 1 && made[0].contains("Key=team") && made[0].contains("Value=core"),
        "default tags: {made:?}"
    );
    assert!(world.sandbox.control().state().rds.instances[REPLICA].source.is_none());
}

#[tokio::test]
async fn readiness_looks_at_lag_capacity_and_quotas_and_refuses_nonsense() {
    let world = World::start().await;
    let ask = json!({ "active_region": OLD, "rpo_seconds": 60, "region": world.regions() });
    let (seen, _) = world.harness.read_data("parapet_failover_readiness", &ask).await.unwrap();
    let check = |name: &str| {
        let found = seen["checks"].as_array().unwrap().iter().find(|check| check["name"] == name);
        found.unwrap_or_else(|| panic!("no {name}: {seen}")).clone()
    };
    assert_eq!((&seen["ready"], &seen["estimated_rpo_seconds"]), (&json!(true), &json!(2.5)), "{seen}");
    assert_eq!(check("quota_for_rebuild")["detail"], "1 of 40 DB instances are used in eu-central-1");
    for name in ["quota_for_rebuild", "quota_parity", "lag_within_rpo", "same_capacity", "same_version"] {
        assert_eq!(check(name)["passed"], true, "{name}: {seen}");
    }
    for (key, value, expected) in [
        ("target_region", json!(OLD), "target_region: A region does not take over from itself"),
        ("active_region", json!("eu-north-1"), "active_region: No such region"),
        ("traffic", json!({ "accelerator_arn": "a", "dial_steps": [50] }), "Dial steps that do not lead to 100"),
    ] {
        let mut ask = ask.clone();
        ask[key] = value;
        let text = world.harness.read_data("parapet_failover_readiness", &ask).await.unwrap_err().text();
        assert!(text.contains(expected), "{key}: {text}");
    }
}
