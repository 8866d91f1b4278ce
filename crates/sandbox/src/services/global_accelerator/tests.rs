use serde_json::{Value, json};

use super::*;
use crate::clock::Moment;
use crate::protocol::Protocol;

struct World {
    store: Store,
    now: i64,
}

impl World {
    fn new() -> Self {
        Self { store: Store::default(), now: 0 }
    }

    fn call(&mut self, operation: &str, request: Value) -> Result<Value> {
        self.store.advance(Moment(self.now));
        let call = Call {
            account: "123456789012".to_owned(),
            region: REGION.to_owned(),
            service: "globalaccelerator".to_owned(),
            operation: operation.to_owned(),
            protocol: Protocol::Json,
            request_id: "id".to_owned(),
            now: Moment(self.now),
            wall: 1_700_000_000_000,
        };
        let answer = handle(&mut self.store, &call, request.to_string().as_bytes())?;
        Ok(serde_json::from_slice(&answer.body).unwrap())
    }

    fn refused(&mut self, operation: &str, request: Value) -> String {
        self.call(operation, request).unwrap_err().code
    }

    /// An accelerator with a listener and a group of one endpoint; their ARNs.
    fn stack(&mut self) -> (String, String, String) {
        let text = |value: &Value, path: &str| value.pointer(path).unwrap().as_str().unwrap().to_owned();
        let made = self.call("CreateAccelerator", json!({ "Name": "front", "IdempotencyToken": "1" })).unwrap();
        let accelerator = text(&made, "/Accelerator/AcceleratorArn");
        let ports = json!([{ "FromPort": 443, "ToPort": 443 }]);
        let listener =
            json!({ "AcceleratorArn": accelerator, "PortRanges": ports, "Protocol": "TCP", "IdempotencyToken": "1" });
        let listener = text(&self.call("CreateListener", listener).unwrap(), "/Listener/ListenerArn");
        let group = json!({
            "ListenerArn": listener, "EndpointGroupRegion": "eu-west-1", "IdempotencyToken": "1",
            "EndpointConfigurations": [{ "EndpointId": "eipalloc-1", "Weight": 0 }], "TrafficDialPercentage": 0.0,
        });
        let group = text(&self.call("CreateEndpointGroup", group).unwrap(), "/EndpointGroup/EndpointGroupArn");
        (accelerator, listener, group)
    }
}

#[test]
fn a_change_is_in_progress_until_it_is_deployed() {
    let mut world = World::new();
    let (accelerator, _, group) = world.stack();
    let status = |world: &mut World| {
        let it = world.call("DescribeAccelerator", json!({ "AcceleratorArn": accelerator })).unwrap();
        it["Accelerator"]["Status"].as_str().unwrap().to_owned()
    };
    assert_eq!(status(&mut world), "IN_PROGRESS");
    world.now = i64::from(DEPLOYMENT) * 1000;
    assert_eq!(status(&mut world), "DEPLOYED");
    world.call("UpdateEndpointGroup", json!({ "EndpointGroupArn": group, "TrafficDialPercentage": 25 })).unwrap();
    assert_eq!(status(&mut world), "IN_PROGRESS");
}

#[test]
fn zero_is_kept_as_zero_and_other_settings_are_left_alone() {
    let mut world = World::new();
    let (_, _, group) = world.stack();
    let it = world.call("DescribeEndpointGroup", json!({ "EndpointGroupArn": group })).unwrap();
    assert_eq!(it["EndpointGroup"]["TrafficDialPercentage"], json!(0.0));
    assert_eq!(it["EndpointGroup"]["EndpointDescriptions"][0]["Weight"], json!(0));
    assert_eq!(it["EndpointGroup"]["EndpointDescriptions"][0]["HealthState"], json!("INITIAL"));
    let it =
        world.call("UpdateEndpointGroup", json!({ "EndpointGroupArn": group, "TrafficDialPercentage": 50 })).unwrap();
    assert_eq!(it["EndpointGroup"]["EndpointDescriptions"][0]["EndpointId"], json!("eipalloc-1"));
    let add = json!({ "EndpointGroupArn": group, "EndpointConfigurations": [{ "EndpointId": "i-1" }] });
    let it = world.call("AddEndpoints", add).unwrap();
    assert_eq!(it["EndpointDescriptions"][1]["Weight"], json!(128));
    let heavy =
        json!({ "EndpointGroupArn": group, "EndpointConfigurations": [{ "EndpointId": "i-2", "Weight": 256 }] });
    assert_eq!(world.refused("AddEndpoints", heavy), "InvalidArgumentException");
}

#[test]
fn a_group_without_endpoints_lets_nobody_in_and_a_dial_of_zero_fails_open() {
    let mut world = World::new();
    let (_, _, group) = world.stack();
    let lets_in = |world: &World, region: &str| world.store.lets_in("123456789012", region);
    assert_eq!(lets_in(&world, "eu-west-1"), Some(true), "dial and weight are 0");
    assert_eq!(lets_in(&world, "us-east-1"), None);
    let remove = json!({ "EndpointGroupArn": group, "EndpointIdentifiers": [{ "EndpointId": "eipalloc-1" }] });
    world.call("RemoveEndpoints", remove.clone()).unwrap();
    assert_eq!(lets_in(&world, "eu-west-1"), Some(false));
    assert_eq!(world.refused("RemoveEndpoints", remove), "InvalidArgumentException");
}

#[test]
fn deletion_goes_from_the_inside_out() {
    let mut world = World::new();
    let (accelerator, listener, group) = world.stack();
    let by_accelerator = json!({ "AcceleratorArn": accelerator });
    assert_eq!(world.refused("DeleteAccelerator", by_accelerator.clone()), "AcceleratorNotDisabledException");
    world.call("UpdateAccelerator", json!({ "AcceleratorArn": accelerator, "Enabled": false })).unwrap();
    assert_eq!(world.refused("DeleteAccelerator", by_accelerator.clone()), "AssociatedListenerFoundException");
    assert_eq!(
        world.refused("DeleteListener", json!({ "ListenerArn": listener })),
        "AssociatedEndpointGroupFoundException"
    );
    world.call("DeleteEndpointGroup", json!({ "EndpointGroupArn": group })).unwrap();
    world.call("DeleteListener", json!({ "ListenerArn": listener })).unwrap();
    world.call("DeleteAccelerator", by_accelerator.clone()).unwrap();
    assert_eq!(world.refused("DescribeAccelerator", by_accelerator), "AcceleratorNotFoundException");
}

#[test]
fn creating_twice_with_one_token_makes_one() {
    let mut world = World::new();
    world.stack();
    let again = world.call("CreateAccelerator", json!({ "Name": "front", "IdempotencyToken": "1" })).unwrap();
    let list = world.call("ListAccelerators", json!({})).unwrap();
    assert_eq!(list["Accelerators"].as_array().unwrap().len(), 1);
    assert_eq!(list["Accelerators"][0]["AcceleratorArn"], again["Accelerator"]["AcceleratorArn"]);
    for name in ["-front", "front.", "", "with space"] {
        let request = json!({ "Name": name, "IdempotencyToken": name });
        assert_eq!(world.refused("CreateAccelerator", request), "InvalidArgumentException", "{name}");
    }
}

#[test]
fn lists_are_cut_into_pages() {
    let mut world = World::new();
    for token in 0..5 {
        world.call("CreateAccelerator", json!({ "Name": "a", "IdempotencyToken": token.to_string() })).unwrap();
    }
    let first = world.call("ListAccelerators", json!({ "MaxResults": 3 })).unwrap();
    assert_eq!(first["Accelerators"].as_array().unwrap().len(), 3);
    let rest = world.call("ListAccelerators", json!({ "MaxResults": 3, "NextToken": first["NextToken"] })).unwrap();
    assert_eq!(rest["Accelerators"].as_array().unwrap().len(), 2);
    assert!(rest.get("NextToken").is_none());
    assert_eq!(world.refused("ListAccelerators", json!({ "NextToken": "nonsense" })), "InvalidNextTokenException");
}
