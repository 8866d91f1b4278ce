mod fake;
mod living;
mod observing;
mod plans;
mod rules;

use serde_json::{Value as Json, json};
use tfplugin::testing::{Harness, State};

use crate::Parapet;

const TYPE: &str = "parapet_global_accelerator";

/// The provider, with an AWS that nobody can reach.
async fn offline() -> Harness<Parapet> {
    reaching("http://127.0.0.1:1").await
}

/// The provider, with Global Accelerator at an address.
async fn reaching(endpoint: &str) -> Harness<Parapet> {
    let config = json!({
        "region": "eu-west-1", "access_key": "a", "secret_key": "s", "max_retries": 0,
        "endpoints": { "globalaccelerator": endpoint },
        "default_tags": { "tags": { "team": "core" } },
    });
    Harness::start(Parapet, &config).await.unwrap()
}

/// A state as Terraform stores it.
async fn stored(harness: &Harness<Parapet>, listeners: Json) -> State {
    let state = json!({
        "arn": "arn:acc", "name": "front", "enabled": true, "ip_address_type": "IPV4", "tags": null,
        "tags_all": { "team": "core" }, "dns_name": "a.awsglobalaccelerator.com", "ip_addresses": ["192.0.2.1"],
        "hosted_zone_id": "Z2BJ6XQ5FK7U4H", "status": "DEPLOYED", "attributes": null, "listener": listeners,
        "timeouts": null,
    });
    harness.upgrade(TYPE, 0, &state).await.unwrap()
}

/// A listener in a configuration.
fn listener(ports: &[(i64, i64)], regions: &[&str]) -> Json {
    let ranges: Vec<Json> = ports.iter().map(|(from, to)| json!({ "from_port": from, "to_port": to })).collect();
    let groups: Vec<Json> = regions.iter().map(|region| json!({ "region": region })).collect();
    json!({ "port_range": ranges, "endpoint_group": groups })
}

/// The same listener in a state: ARNs are made of its name and the regions.
fn stored_listener(name: &str, ports: &[(i64, i64)], regions: &[&str]) -> Json {
    let mut listener = listener(ports, &[]);
    listener["arn"] = format!("arn:{name}").into();
    listener["protocol"] = "TCP".into();
    listener["client_affinity"] = "NONE".into();
    let group = |region: &&str| {
        json!({
            "arn": format!("arn:{name}/{region}"), "region": region, "initial_traffic_dial_percentage": 100,
            "health_check_port": null, "health_check_protocol": "TCP", "health_check_path": null,
            "health_check_interval_seconds": 30, "threshold_count": 3, "endpoint": [],
        })
    };
    listener["endpoint_group"] = regions.iter().map(group).collect();
    listener
}
