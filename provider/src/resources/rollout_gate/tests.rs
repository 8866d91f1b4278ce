//! What is refused before anything is asked or moved, at its place.

use serde_json::{Value as Json, json};
use tfplugin::testing::Harness;

use crate::Parapet;

const TYPE: &str = "parapet_rollout_gate";

async fn offline() -> Harness<Parapet> {
    Harness::start(Parapet, &json!({ "policy": { "packs": [] } })).await.unwrap()
}

fn metric(more: Json) -> Json {
    let mut metric = json!({
        "name": "errors", "kind": "error_ratio", "canary_query": "e{$arm}[$window]", "total_query": "t{$arm}[$window]",
    });
    metric.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    metric.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    metric
}

fn config(more: Json) -> Json {
    let mut config = json!({
        "name": "shop", "release_id": "v1", "prometheus": { "url": "http://127.0.0.1:1" }, "metric": [metric(json!({}))],
        "canary_matchers": "track=\"canary\"", "baseline_matchers": "track=\"stable\"", "traffic": { "external": {} },
    });
    let object = config.as_object_mut().unwrap();
    object.extend(more.as_object().unwrap().clone());
    object.retain(|_, value| !value.is_null());
    config
}

#[tokio::test]
async fn mistakes_are_found_at_their_place() {
    let harness = offline().await;
    let gauge = json!({ "name": "memory", "kind": "gauge", "canary_query": "m{$arm}[$window]" });
    let step = |weight: i64| json!({ "weight": weight });
    for (more, expected) in [
        (json!({ "name": "a/b" }), "name: Invalid value"),
        (json!({ "prometheus": null }), "One place for metrics is needed"),
        (json!({ "cloudwatch": {} }), "One place for metrics is needed"),
        (json!({ "prometheus": { "url": "prometheus:9090" } }), "prometheus.url: Invalid value"),
        (json!({ "traffic": null }), "traffic: One way to move traffic is needed"),
        (
            json!({ "traffic": { "global_accelerator": {
                "endpoint_group_arn": "g", "stable_endpoint": "a", "canary_endpoint": "a" } } }),
            "traffic.global_accelerator.canary_endpoint: Both releases in one place",
        ),
        (json!({ "step": [step(50), step(5), step(100)] }), "step: Steps that lead nowhere"),
        (json!({ "step": [step(5), step(50)] }), "step: Steps that lead nowhere"),
        (json!({ "strategy": "shadow", "step": [step(5), step(100)] }), "step: Steps that lead nowhere"),
        (json!({ "metric": [metric(json!({ "total_query": null }))] }), "metric[0].total_query: "),
        (json!({ "metric": [metric(json!({ "canary_query": "e{$arm}" }))] }), "metric[0].canary_query: "),
        (json!({ "metric": [metric(json!({ "canary_query": "e[$window]" }))] }), "metric[0].canary_query: "),
        (json!({ "metric": [metric(json!({ "total_query": "rate(t{$arm}[$window])" }))] }), "metric[0].total_query: "),
        (json!({ "metric": [metric(json!({ "slow_above": 0.5 }))] }), "metric[0].slow_above: "),
        (json!({ "metric": [metric(json!({ "max_ratio": 0.5 }))] }), "metric: A gate that cannot judge"),
        (json!({ "metric": [metric(json!({})), metric(json!({}))] }), "metric: A gate that cannot judge"),
        (json!({ "metric": [gauge] }), "metric: A gate that cannot judge"),
        (json!({ "baseline_matchers": null }), "metric[0].canary_query: "),
        (json!({ "false_positive_rate": 0.9 }), "false_positive_rate: A gate that cannot judge"),
        (
            json!({ "prometheus": { "url": "https://p", "tls": { "client_certificate": "c" } } }),
            "prometheus.tls.client_key: Half of a client certificate",
        ),
        (json!({ "prometheus": null, "cloudwatch": {}, "window": "90s" }), "window: A window that CloudWatch"),
        (
            json!({ "prometheus": null, "cloudwatch": {}, "metric": [{
                "name": "l", "kind": "latency", "canary_query": "l{$arm}[$window]" }] }),
            "metric[0].kind: The metric l cannot be asked for",
        ),
        (json!({ "window": "0s" }), "window: A window without length"),
        (json!({ "half_matchers": ["a", "a"] }), "half_matchers: No two halves"),
        (json!({ "anomaly": { "training_window": "20000m" } }), "anomaly: Too much history"),
        (json!({ "check": [{ "name": "c" }] }), "check[0]: The check c has nothing to look at"),
        (json!({ "report": { "committed_at": "yesterday" } }), "report.committed_at: Invalid value"),
    ] {
        let refused = harness.plan(TYPE, None, Some(&config(more))).await.unwrap_err();
        assert!(refused.text().contains(expected), "{expected}: {}", refused.text());
    }
}

#[tokio::test]
async fn a_gate_begins_without_a_rollout() {
    let harness = offline().await;
    let state = harness.apply(TYPE, None, &config(json!({}))).await.unwrap();
    assert_eq!(state.json()["verdict"], Json::Null);
    assert_eq!(state.json()["current_weight"], json!(0));
    // Nobody answers: nothing is begun, and the state is as it was.
    let failed = harness.apply(TYPE, Some(&state), &config(json!({ "release_id": "v2" }))).await.unwrap_err();
    let text = failed.text();
    assert!(text.contains("Nothing has been changed") && text.contains("does not answer"), "{text}");
}
