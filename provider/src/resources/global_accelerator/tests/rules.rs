use serde_json::{Value as Json, json};

use super::{TYPE, listener, offline};

#[tokio::test]
async fn mistakes_are_found_at_their_place() {
    let harness = offline().await;
    let with_group =
        |group: Json| json!({ "port_range": [{ "from_port": 80, "to_port": 80 }], "endpoint_group": [group] });
    for (more, expected) in [
        (json!({ "name": "-front" }), "name: Invalid value"),
        (json!({ "ip_address_type": "IPV6" }), "ip_address_type: Invalid value"),
        (json!({ "tags": { "parapet:fenced": "x" } }), "tags[\"parapet:fenced\"]: Reserved tag"),
        (
            json!({ "attributes": { "flow_logs_enabled": true } }),
            "attributes.flow_logs_s3_bucket: Flow logs without a bucket",
        ),
        (json!({ "listener": [listener(&[(0, 80)], &[])] }), "listener[0].port_range[0].from_port: Invalid value"),
        (json!({ "listener": [listener(&[(80, 65536)], &[])] }), "listener[0].port_range[0].to_port: Invalid value"),
        (
            json!({ "listener": [listener(&[(81, 80)], &[])] }),
            "listener[0].port_range[0].to_port: Ports the wrong way round",
        ),
        (json!({ "listener": [listener(&[(80, 90), (85, 85)], &[])] }), "listener[0].port_range[1]: Ports taken twice"),
        (
            json!({ "listener": [listener(&[(80, 90)], &[]), listener(&[(443, 443), (90, 91)], &[])] }),
            "listener[1].port_range[1]: Ports taken twice: listener[0].port_range[0] takes ports 80 to 90",
        ),
        (
            json!({ "listener": [listener(&[(80, 80)], &["eu-west-1", "us-east-2", "eu-west-1"])] }),
            "listener[0].endpoint_group[2].region: Two endpoint groups for one region",
        ),
        (
            json!({ "listener": [with_group(json!({ "region": "eu-west-1", "initial_traffic_dial_percentage": 101 }))] }),
            "listener[0].endpoint_group[0].initial_traffic_dial_percentage: Invalid value",
        ),
        (
            json!({ "listener": [with_group(json!({ "region": "eu-west-1", "health_check_interval_seconds": 20 }))] }),
            "listener[0].endpoint_group[0].health_check_interval_seconds: Invalid value",
        ),
        (
            json!({ "listener": [with_group(json!({ "region": "eu-west-1", "threshold_count": 11 }))] }),
            "listener[0].endpoint_group[0].threshold_count: Invalid value",
        ),
        (
            json!({ "listener": [with_group(json!({ "region": "eu-west-1", "health_check_path": "health" }))] }),
            "listener[0].endpoint_group[0].health_check_path: Invalid value",
        ),
        (
            json!({ "listener": [with_group(json!({ "region": "r", "endpoint": [{ "endpoint_id": "e", "weight": 256 }] }))] }),
            "listener[0].endpoint_group[0].endpoint[0].weight: Invalid value",
        ),
        (
            json!({ "listener": [with_group(json!({ "region": "r", "endpoint": [{ "endpoint_id": "e" }, { "endpoint_id": "e" }] }))] }),
            "listener[0].endpoint_group[0].endpoint[1].endpoint_id: An endpoint twice in a group",
        ),
        (json!({ "timeouts": { "create": "5 minutes" } }), "timeouts.create: Invalid value"),
    ] {
        let mut config = json!({ "name": "front" });
        config.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let text = harness.plan(TYPE, None, Some(&config)).await.unwrap_err().text();
        assert!(text.contains(expected), "{config}: {text}");
        assert_eq!(
            text.matches(": Invalid value").count() + text.lines().filter(|l| !l.contains("Invalid value")).count(),
            1,
            "{text}"
        );
    }
}

#[tokio::test]
async fn what_is_allowed_is_accepted() {
    let harness = offline().await;
    let udp = |port: i64| json!({ "protocol": "UDP", "port_range": [{ "from_port": port, "to_port": port }] });
    let config = json!({
        "name": "front.v2", "attributes": { "flow_logs_enabled": true, "flow_logs_s3_bucket": "logs" },
        "listener": [
            listener(&[(53, 53)], &["eu-west-1", "us-east-2"]), udp(53), listener(&[(1, 52), (54, 65535)], &["eu-west-1"]),
        ],
    });
    harness.plan(TYPE, None, Some(&config)).await.unwrap();
    let config = json!({ "name": "front", "attributes": { "flow_logs_s3_bucket": "logs" }, "tags": { "": "" } });
    harness.plan(TYPE, None, Some(&config)).await.unwrap();
}
