//! Just enough of the Global Accelerator API to see what is asked of it.

use std::sync::{Arc, Mutex};

use serde_json::{Value as Json, json};

use crate::aws::stub::{self, Answer, Request};

/// What the API knows, and every change that was asked for.
#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) accelerator: Option<Json>,
    pub(super) attributes: Json,
    pub(super) tags: Json,
    pub(super) listeners: Vec<Json>,
    pub(super) groups: Vec<Json>,
    /// Operation and input of changes, in order.
    pub(super) changes: Vec<(String, Json)>,
    /// How many changes are answered with `TransactionInProgressException` first.
    pub(super) busy: u32,
    /// An operation that is refused.
    pub(super) refused: Option<&'static str>,
    last_id: u32,
}

/// The API, as long as the test lasts.
#[derive(Clone, Debug)]
pub(super) struct Fake {
    pub(super) world: Arc<Mutex<World>>,
    pub(super) endpoint: String,
}

impl Fake {
    pub(super) async fn start() -> Self {
        let world = Arc::new(Mutex::new(World { attributes: json!({ "FlowLogsEnabled": false }), ..World::default() }));
        let shared = Arc::clone(&world);
        let endpoint = stub::serve(move |request| answer(request, &shared)).await;
        Self { world, endpoint }
    }

    /// Changes since the last call, by name.
    pub(super) fn changes(&self) -> Vec<String> {
        self.world.lock().unwrap().changes.drain(..).map(|(operation, _)| operation).collect()
    }
}

fn answer(request: &Request, world: &Mutex<World>) -> Answer {
    let target = request.header("x-amz-target").unwrap();
    let operation = target.rsplit('.').next().unwrap();
    let input = serde_json::from_slice(&request.body).unwrap();
    let (status, body) = match world.lock().unwrap().answer(operation, input) {
        Ok(body) => (200, body),
        Err(code) => (400, json!({ "__type": code, "message": "no" })),
    };
    Answer::new(status, "application/x-amz-json-1.1", body.to_string())
}

impl World {
    fn answer(&mut self, operation: &str, input: Json) -> Result<Json, &'static str> {
        let reads = operation.starts_with("Describe") || operation.starts_with("List");
        if !reads {
            if self.refused == Some(operation) {
                return Err("AccessDeniedException");
            }
            if self.busy > 0 {
                self.busy -= 1;
                return Err("TransactionInProgressException");
            }
            self.changes.push((operation.to_owned(), input.clone()));
        }
        let named = |key: &str| input[key].as_str().unwrap_or_default().to_owned();
        if self.accelerator.is_none() && !["CreateAccelerator", "ListAccelerators"].contains(&operation) {
            return Err("AcceleratorNotFoundException");
        }
        match operation {
            "CreateAccelerator" => {
                self.tags = input["Tags"].clone();
                self.accelerator = Some(json!({
                    "AcceleratorArn": "arn:aws:globalaccelerator::1:accelerator/a", "DnsName": "a.example", "Status": "IN_PROGRESS",
                    "IpSets": [{ "IpAddresses": ["192.0.2.1", "192.0.2.2"] }], "Name": input["Name"], "Enabled": input["Enabled"],
                    "IpAddressType": input["IpAddressType"],
                }));
                Ok(json!({ "Accelerator": self.accelerator }))
            }
            "ListAccelerators" => Ok(json!({ "Accelerators": self.accelerator.iter().collect::<Vec<_>>() })),
            "DescribeAccelerator" => {
                let answer = json!({ "Accelerator": self.accelerator });
                // Deployed by the next look.
                self.accelerator.as_mut().unwrap()["Status"] = "DEPLOYED".into();
                Ok(answer)
            }
            "UpdateAccelerator" => {
                merge(self.accelerator.as_mut().unwrap(), &input);
                self.accelerator.as_mut().unwrap()["Status"] = "IN_PROGRESS".into();
                Ok(json!({}))
            }
            "DescribeAcceleratorAttributes" => Ok(json!({ "AcceleratorAttributes": self.attributes })),
            "UpdateAcceleratorAttributes" => {
                merge(&mut self.attributes, &input);
                Ok(json!({}))
            }
            "ListTagsForResource" => Ok(json!({ "Tags": self.tags })),
            "TagResource" | "UntagResource" => {
                let mut tags = self.tags.as_array().cloned().unwrap_or_default();
                let keys = input["TagKeys"].as_array().cloned().unwrap_or_default();
                let added = input["Tags"].as_array().cloned().unwrap_or_default();
                tags.retain(|tag| !keys.contains(&tag["Key"]) && !added.iter().any(|new| new["Key"] == tag["Key"]));
                tags.extend(added);
                self.tags = tags.into();
                Ok(json!({}))
            }
            "CreateListener" => {
                let mut listener = input;
                listener["ListenerArn"] = self.id("listener").into();
                self.listeners.push(listener.clone());
                Ok(json!({ "Listener": listener }))
            }
            "UpdateListener" => {
                let found = self.listeners.iter_mut().find(|it| it["ListenerArn"] == input["ListenerArn"]);
                merge(found.ok_or("ListenerNotFoundException")?, &input);
                Ok(json!({}))
            }
            "ListListeners" => Ok(json!({ "Listeners": self.listeners })),
            "DeleteListener" => {
                if self.groups.iter().any(|group| group["ListenerArn"] == input["ListenerArn"]) {
                    return Err("AssociatedEndpointGroupFoundException");
                }
                self.listeners.retain(|listener| listener["ListenerArn"] != input["ListenerArn"]);
                Ok(json!({}))
            }
            "CreateEndpointGroup" => {
                let mut group = input;
                group["EndpointGroupArn"] = self.id("group").into();
                group["EndpointDescriptions"] = described(&group["EndpointConfigurations"]);
                self.groups.push(group.clone());
                Ok(json!({ "EndpointGroup": group }))
            }
            "UpdateEndpointGroup" => {
                let arn = named("EndpointGroupArn");
                let found = self.groups.iter_mut().find(|group| group["EndpointGroupArn"] == arn.as_str());
                let group = found.ok_or("EndpointGroupNotFoundException")?;
                merge(group, &input);
                group["EndpointDescriptions"] = described(&group["EndpointConfigurations"]);
                Ok(json!({}))
            }
            "ListEndpointGroups" => {
                let groups: Vec<&Json> =
                    self.groups.iter().filter(|it| it["ListenerArn"] == input["ListenerArn"]).collect();
                Ok(json!({ "EndpointGroups": groups }))
            }
            "DeleteEndpointGroup" => {
                self.groups.retain(|group| group["EndpointGroupArn"] != input["EndpointGroupArn"]);
                Ok(json!({}))
            }
            "DeleteAccelerator" => {
                if self.accelerator.as_ref().unwrap()["Enabled"] == json!(true) {
                    return Err("AcceleratorNotDisabledException");
                }
                if !self.listeners.is_empty() {
                    return Err("AssociatedListenerFoundException");
                }
                self.accelerator = None;
                Ok(json!({}))
            }
            _ => Err("InvalidArgumentException"),
        }
    }

    fn id(&mut self, kind: &str) -> String {
        self.last_id += 1;
        format!("arn:aws:globalaccelerator::1:accelerator/a/{kind}/{}", self.last_id)
    }
}

fn merge(into: &mut Json, from: &Json) {
    into.as_object_mut().unwrap().extend(from.as_object().unwrap().clone());
}

/// Endpoints as AWS describes them: with weights, and the client's address kept.
fn described(configured: &Json) -> Json {
    let describe = |endpoint: &Json| {
        let mut described = json!({ "Weight": 128, "ClientIPPreservationEnabled": true });
        merge(&mut described, endpoint);
        described
    };
    configured.as_array().map(|endpoints| endpoints.iter().map(describe).collect()).unwrap_or_default()
}
