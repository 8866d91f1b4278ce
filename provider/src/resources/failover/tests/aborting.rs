use parapet_sandbox::services::cloudwatch::Lag;
use serde_json::{Value as Json, json};

use super::store::FENCE;
use super::world::{PRIMARY, RECORD, REPLICA, World};
use super::{NEW, OLD, TYPE};

const ACTION: &str = "parapet_failover_abort";

fn config(world: &World) -> Json {
    json!({
        "name": "orders", "region": world.regions(),
        "coordination": { "s3_bucket": "records", "lease_seconds": 1 },
    })
}

/// What a provider leaves that is killed between its fence and the promotion.
async fn killed_behind_its_fence(world: &World) -> Vec<String> {
    let (groups, _) = world.database(PRIMARY);
    let rds = world.aws.rds(OLD);
    let modify = rds.modify_db_instance().db_instance_identifier("orders").vpc_security_group_ids(FENCE);
    modify.apply_immediately(true).send().await.unwrap();
    let mark = |key: &str, value: &str| aws_sdk_rds::types::Tag::builder().key(key).value(value).build();
    rds.add_tags_to_resource()
        .resource_name(PRIMARY)
        .tags(mark("parapet:fenced", &groups.join(" ")))
        .send()
        .await
        .unwrap();
    let running = mark("parapet:failover", "epoch=2 from=eu-west-1 to=eu-central-1 state=running");
    world.aws.rds(NEW).add_tags_to_resource().resource_name(REPLICA).tags(running).send().await.unwrap();
    world.sandbox.control().settle();
    let record = json!({
        "epoch": 2, "from": OLD, "to": NEW, "status": "running", "holder": "a process that was killed", "beat": 7,
        "steps": ["preflight", "fence"], "started_at": "2027-01-01T00:00:00Z",
        "fenced": { (OLD): { "security_groups": groups } },
    });
    world.store.put(RECORD, &record);
    groups
}

#[tokio::test]
async fn a_security_group_comes_off_and_the_record_in_a_bucket_is_released() {
    let world = World::start().await;
    let state = world.created().await;
    let groups = killed_behind_its_fence(&world).await;
    assert_eq!(world.database(PRIMARY).0, [FENCE]);
    let failing = world.refreshed(&state).await;
    assert_eq!(failing.json()["status"], "failing_over");

    let aborted = world.harness.invoke(ACTION, &config(&world)).await.unwrap();
    assert_eq!(aborted.outcome, Ok(vec![]));
    let said = aborted.progress.join("\n");
    assert!(said.contains("making sure that nobody works on it") && said.contains("the fence is down"), "{said}");
    let (now, tags) = world.database(PRIMARY);
    assert_eq!((now, tags.get("parapet:fenced")), (groups, None));
    assert!(!world.database(REPLICA).1.contains_key("parapet:failover"));
    let record = world.store.object(RECORD);
    assert_eq!((&record["status"], &record["fenced"]), (&json!("aborted"), &json!({})));

    let again = world.harness.invoke(ACTION, &config(&world)).await.unwrap();
    assert_eq!((again.progress.len(), again.outcome), (1, Ok(vec![])), "nothing is left to give up");
    // The group goes on as if nothing had been, and can fail over.
    let state = world.refreshed(&failing).await;
    assert_eq!(state.json()["status"], "active", "{}", state.json());
    world.lag(Lag::Value(1.0));
    let state = world.harness.apply(TYPE, Some(&state), &world.failed_over()).await.unwrap();
    assert_eq!(state.json()["epoch"], json!(3));
}

#[tokio::test]
async fn what_is_promoted_or_may_be_is_not_given_up() {
    let world = World::start().await;
    let groups = killed_behind_its_fence(&world).await;
    let mut record = world.store.object(RECORD);
    record["promoting"] = true.into();
    world.store.put(RECORD, &record);
    // Half a minute until the promotion shows takes a tenth of a second.
    world.sandbox.control().set_speed(300.0).unwrap();
    let promote = world.aws.rds(NEW).promote_read_replica().db_instance_identifier("orders-standby");
    promote.backup_retention_period(7).send().await.unwrap();
    let refused = |invoked: tfplugin::testing::Invoked| invoked.outcome.unwrap_err().text();
    let text = refused(world.harness.invoke(ACTION, &config(&world)).await.unwrap());
    let known = ["It cannot be told yet how far the failover is", "cannot be given up any more"];
    assert!(known.iter().any(|known| text.contains(known)), "{text}");
    world.sandbox.control().settle();
    let text = refused(world.harness.invoke(ACTION, &config(&world)).await.unwrap());
    assert!(text.contains("cannot be given up any more"), "{text}");
    assert_ne!(world.database(PRIMARY).0, groups, "the fence stays up");
    assert_eq!(world.store.object(RECORD)["status"], "running");
}

#[tokio::test]
async fn mistakes_in_the_action_are_found_while_planning() {
    let world = World::start().await;
    for (path, value, expected) in [
        ("/coordination", json!({ "lease_seconds": 1 }), "Set exactly one of `dynamodb_table` and `s3_bucket`"),
        ("/coordination", json!({ "s3_bucket": "b", "dynamodb_table": "t" }), "Set exactly one of"),
        ("/region/1/name", json!(OLD), "Two blocks for one region"),
        ("/region/1/db_cluster_arn", json!("arn"), "A region has one database"),
    ] {
        let mut config = config(&world);
        match config.pointer_mut(path) {
            Some(place) => *place = value,
            None => config["region"][1]["db_cluster_arn"] = value,
        }
        let text = world.harness.plan_action(ACTION, &config).await.unwrap_err().text();
        assert!(text.contains(expected), "{path}: {text}");
    }
}
