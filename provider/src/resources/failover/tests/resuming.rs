use serde_json::json;
use tfplugin::testing::Action;

use super::world::{RECORD, World};
use super::{NEW, OLD, TYPE};

/// A failover that stops behind the promotion. What the state of it says is thrown away with `killed`.
async fn stopped(world: &mut World, killed: bool) -> tfplugin::testing::State {
    let state = world.created().await;
    world.refuse("UpdateEndpointGroup", 2);
    let failed = world.harness.apply(TYPE, Some(&state), &world.failed_over()).await.unwrap_err();
    assert!(failed.text().contains("setting the traffic dial"), "{}", failed.text());
    world.restart().await;
    if killed { world.refreshed(&state).await } else { failed.state.unwrap() }
}

#[tokio::test]
async fn a_resumed_failover_knows_what_happened_before() {
    for killed in [true, false] {
        let mut world = World::start().await;
        let left = stopped(&mut world, killed).await;
        assert_eq!(left.json()["status"], "failing_over", "{}", left.json());
        assert_eq!((&left.json()["active_region"], &left.json()["confirm_region"]), (&json!(OLD), &json!(null)));
        // Nothing but the failover itself can be planned without a word.
        let other = world.harness.plan(TYPE, Some(&left), Some(&world.config())).await.unwrap();
        assert!(other.warnings.iter().any(|it| it.summary.contains("is unfinished")), "{:?}", other.warnings);

        let state = world.harness.apply(TYPE, Some(&left), &world.failed_over()).await.unwrap();
        let json = state.json();
        assert_eq!((&json["last_replica_lag_seconds"], &json["estimated_rpo_seconds"]), (&json!(2.5), &json!(2.5)));
        let steps = ["preflight", "fence", "rpo", "promote", "post_promotion", "dial_50", "dial_100", "traffic"];
        assert_eq!((&json["completed_steps"], world.promotions()), (&json!(steps), 1));
        assert_eq!(json["evidence_sha256"], world.evidence(2).1.sha256);
        let planned = world.harness.plan(TYPE, Some(&state), Some(&world.failed_over())).await.unwrap();
        assert_eq!(planned.action, Action::NoOp, "{}", planned.value);
    }
}

#[tokio::test]
async fn without_a_record_the_state_is_what_is_known() {
    let mut world = World::start().await;
    let mut config = world.config();
    config.as_object_mut().unwrap().remove("coordination");
    let state = world.harness.apply(TYPE, None, &config).await.unwrap();
    (config["active_region"], config["confirm_region"]) = (NEW.into(), NEW.into());
    world.refuse("UpdateEndpointGroup", 0);
    let failed = world.harness.apply(TYPE, Some(&state), &config).await.unwrap_err();
    let left = failed.state.unwrap();
    assert_eq!(
        (&left.json()["status"], &left.json()["last_replica_lag_seconds"]),
        (&json!("failing_over"), &json!(2.5))
    );
    world.restart().await;
    let state = world.harness.apply(TYPE, Some(&left), &config).await.unwrap().json();
    assert_eq!((&state["last_replica_lag_seconds"], world.promotions()), (&json!(2.5), 1));
}

#[tokio::test]
async fn killed_after_the_last_step_it_is_finished_once_more_under_the_same_epoch() {
    let mut world = World::start().await;
    let state = world.created().await;
    // The mark is set before the promotion and once more at the very end.
    world.refuse("AddTagsToResource", 1);
    let failed = world.harness.apply(TYPE, Some(&state), &world.failed_over()).await.unwrap_err();
    assert!(failed.text().contains("marking the database"), "{}", failed.text());
    assert_eq!(world.store.object(RECORD)["status"], "complete");
    world.restart().await;
    let left = world.refreshed(&state).await;
    assert_eq!(left.json()["status"], "failing_over", "{}", left.json());
    let state = world.harness.apply(TYPE, Some(&left), &world.failed_over()).await.unwrap().json();
    assert_eq!((&state["epoch"], &state["last_replica_lag_seconds"]), (&json!(2), &json!(2.5)));
    assert_eq!((&world.store.object(RECORD)["status"], world.promotions()), (&json!("complete"), 1));
}

#[tokio::test]
async fn a_clock_that_went_backwards_shortens_and_disorders_nothing() {
    let mut world = World::start().await;
    let left = stopped(&mut world, true).await;
    // As if all that had been written before the clock was set back by decades.
    let mut record = world.store.object(RECORD);
    record["started_at"] = "2099-01-01T00:00:00Z".into();
    record["elapsed_seconds"] = 42.into();
    world.store.put(RECORD, &record);
    let path = world.directory.path().join("orders-epoch-2.jsonl");
    std::fs::remove_file(&path).unwrap();
    let mut journal = parapet_evidence::Journal::open(&path).unwrap();
    journal.record("2099-01-01T00:00:00Z", "started", serde_json::Map::new()).unwrap();

    let state = world.harness.apply(TYPE, Some(&left), &world.failed_over()).await.unwrap().json();
    let seconds = state["measured_rto_seconds"].as_f64().unwrap();
    assert!((42.0..120.0).contains(&seconds), "{seconds}");
    let (text, summary) = world.evidence(2);
    let times: Vec<jiff::Timestamp> = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["at"].as_str().unwrap().parse().unwrap())
        .collect();
    assert!(times.is_sorted() && times.len() > 3, "{text}");
    assert!(summary.last_at.starts_with("2099-"), "{summary:?}");
}
