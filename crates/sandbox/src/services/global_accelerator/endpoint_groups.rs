//! Endpoint groups and their endpoints.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::accelerators::of_mut;
use super::listeners::{self, accelerator_arn, check};
use super::model::PortOverride;
use super::{Accelerator, Endpoint, EndpointGroup, Paging, Result, Store, invalid};
use crate::protocol::ApiError;
use crate::services::{Call, digest};

/// Endpoints for each group and port overrides for each group, the default quotas.
const MOST: usize = 10;

/// What AWS gives an endpoint that names no weight.
const DEFAULT_WEIGHT: u8 = 128;

fn not_found(arn: &str) -> ApiError {
    ApiError::new("EndpointGroupNotFoundException", format!("The endpoint group {arn} does not exist."))
}

fn listener_arn(arn: &str) -> &str {
    arn.split_once("/endpoint-group/").map_or(arn, |(listener, _)| listener)
}

fn find<'a>(store: &'a Store, call: &Call, arn: &str) -> Result<&'a EndpointGroup> {
    let listener = listeners::in_accelerator(store, call, listener_arn(arn)).map_err(|_| not_found(arn))?;
    listener.groups.get(arn).ok_or_else(|| not_found(arn))
}

/// Changes a group and notes that its accelerator has to be deployed again; nothing is kept of a change that fails.
fn change<T>(
    store: &mut Store,
    call: &Call,
    arn: &str,
    change: impl FnOnce(&mut EndpointGroup) -> Result<T>,
) -> Result<T> {
    let mut group = find(store, call, arn)?.clone();
    let done = change(&mut group)?;
    let accelerator = of_mut(store, call, accelerator_arn(arn))?;
    if let Some(listener) = accelerator.listeners.get_mut(listener_arn(arn)) {
        listener.groups.insert(arn.to_owned(), group);
    }
    accelerator.deploy(call.now, call.wall);
    Ok(done)
}

/// What create and update have in common.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Settings {
    endpoint_configurations: Option<Vec<Configuration>>,
    traffic_dial_percentage: Option<f64>,
    health_check_port: Option<u16>,
    health_check_protocol: Option<String>,
    health_check_path: Option<String>,
    health_check_interval_seconds: Option<u32>,
    threshold_count: Option<u32>,
    port_overrides: Option<Vec<PortOverride>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Configuration {
    endpoint_id: String,
    weight: Option<i64>,
    #[serde(rename = "ClientIPPreservationEnabled")]
    preserve_client_ip: Option<bool>,
}

impl Settings {
    fn apply(self, group: &mut EndpointGroup, call: &Call) -> Result<()> {
        if let Some(dial) = self.traffic_dial_percentage {
            if !(0.0..=100.0).contains(&dial) {
                return Err(invalid(format!("TrafficDialPercentage {dial} is not between 0 and 100.")));
            }
            group.dial = dial;
        }
        if let Some(port) = self.health_check_port {
            group.health_check_port = port;
        }
        if let Some(protocol) = self.health_check_protocol {
            group.health_check_protocol = check(&protocol, &["TCP", "HTTP", "HTTPS"], "HealthCheckProtocol")?;
        }
        if let Some(path) = self.health_check_path {
            if !path.starts_with('/') {
                return Err(invalid(format!("HealthCheckPath '{path}' does not begin with a slash.")));
            }
            group.health_check_path = Some(path);
        }
        if let Some(interval) = self.health_check_interval_seconds {
            if !matches!(interval, 10 | 30) {
                return Err(invalid(format!("HealthCheckIntervalSeconds {interval} is neither 10 nor 30.")));
            }
            group.health_check_interval = interval;
        }
        if let Some(threshold) = self.threshold_count {
            if !(1..=10).contains(&threshold) {
                return Err(invalid(format!("ThresholdCount {threshold} is not between 1 and 10.")));
            }
            group.threshold = threshold;
        }
        if let Some(overrides) = self.port_overrides {
            if overrides.len() > MOST {
                return Err(ApiError::new(
                    "LimitExceededException",
                    format!("A group has at most {MOST} port overrides."),
                ));
            }
            group.port_overrides = overrides;
        }
        if let Some(configurations) = self.endpoint_configurations {
            let before = std::mem::take(&mut group.endpoints);
            for configuration in configurations {
                configuration.put(group, &before, call)?;
            }
        }
        Ok(())
    }
}

impl Configuration {
    /// Puts this endpoint into the group, in place of one of the same id; `before` are endpoints that keep their health.
    fn put(self, group: &mut EndpointGroup, before: &[Endpoint], call: &Call) -> Result<()> {
        let weight = match self.weight {
            None => DEFAULT_WEIGHT,
            Some(weight) => u8::try_from(weight)
                .map_err(|_| invalid(format!("Weight {weight} of {} is not between 0 and 255.", self.endpoint_id)))?,
        };
        let balancer = self.endpoint_id.contains(":loadbalancer/app/");
        let checks = group.health_check_interval.saturating_mul(group.threshold);
        let old = before.iter().chain(&group.endpoints).find(|it| it.id == self.endpoint_id);
        let checked = old.map_or_else(|| call.now.after(checks), |it| it.checked);
        let endpoint = Endpoint {
            id: self.endpoint_id,
            weight,
            preserve_client_ip: self.preserve_client_ip.unwrap_or(balancer),
            checked,
        };
        let full = group.endpoints.len() >= MOST;
        match group.endpoints.iter_mut().find(|it| it.id == endpoint.id) {
            Some(same) => *same = endpoint,
            None if full => {
                return Err(ApiError::new("LimitExceededException", format!("A group has at most {MOST} endpoints.")));
            }
            None => group.endpoints.push(endpoint),
        }
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Create {
    listener_arn: String,
    endpoint_group_region: String,
    idempotency_token: String,
    #[serde(flatten)]
    settings: Settings,
}

pub(super) fn create(store: &mut Store, call: &Call, request: Create) -> Result<Value> {
    let listener = listeners::in_accelerator(store, call, &request.listener_arn)?;
    if let Some(same) = listener.groups.values().find(|it| it.token == request.idempotency_token) {
        return Ok(json!({ "EndpointGroup": shape(store, same, call) }));
    }
    check_region(&request.endpoint_group_region)?;
    if listener.groups.values().any(|it| it.region == request.endpoint_group_region) {
        return Err(ApiError::new(
            "EndpointGroupAlreadyExistsException",
            format!("The listener has an endpoint group for {} already.", request.endpoint_group_region),
        ));
    }
    let port = listener.port_ranges.first().map_or(80, |range| range.from_port);
    let seed = format!("group/{}", store.next());
    let mut group = EndpointGroup {
        arn: format!("{}/endpoint-group/{}", request.listener_arn, digest(&seed, 12)),
        region: request.endpoint_group_region,
        dial: 100.0,
        health_check_port: port,
        health_check_protocol: "TCP".to_owned(),
        health_check_path: None,
        health_check_interval: 30,
        threshold: 3,
        port_overrides: Vec::new(),
        token: request.idempotency_token,
        endpoints: Vec::new(),
    };
    request.settings.apply(&mut group, call)?;
    let answer = json!({ "EndpointGroup": shape(store, &group, call) });
    let accelerator = of_mut(store, call, accelerator_arn(&request.listener_arn))?;
    if let Some(listener) = accelerator.listeners.get_mut(&request.listener_arn) {
        listener.groups.insert(group.arn.clone(), group);
    }
    accelerator.deploy(call.now, call.wall);
    Ok(answer)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ByGroup {
    endpoint_group_arn: String,
}

pub(super) fn describe(store: &Store, call: &Call, request: &ByGroup) -> Result<Value> {
    Ok(json!({ "EndpointGroup": shape(store, find(store, call, &request.endpoint_group_arn)?, call) }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct List {
    listener_arn: String,
    #[serde(flatten)]
    paging: Paging,
}

pub(super) fn list(store: &Store, call: &Call, request: &List) -> Result<Value> {
    let groups = listeners::in_accelerator(store, call, &request.listener_arn)?.groups.values();
    request.paging.answer("EndpointGroups", groups.map(|group| shape(store, group, call)).collect())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Update {
    endpoint_group_arn: String,
    #[serde(flatten)]
    settings: Settings,
}

pub(super) fn update(store: &mut Store, call: &Call, request: Update) -> Result<Value> {
    let arn = request.endpoint_group_arn;
    change(store, call, &arn, |group| request.settings.apply(group, call))?;
    Ok(json!({ "EndpointGroup": shape(store, find(store, call, &arn)?, call) }))
}

pub(super) fn delete(store: &mut Store, call: &Call, request: &ByGroup) -> Result<Value> {
    let arn = &request.endpoint_group_arn;
    find(store, call, arn)?;
    let accelerator: &mut Accelerator = of_mut(store, call, accelerator_arn(arn))?;
    if let Some(listener) = accelerator.listeners.get_mut(listener_arn(arn)) {
        listener.groups.remove(arn);
    }
    accelerator.deploy(call.now, call.wall);
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Add {
    endpoint_group_arn: String,
    endpoint_configurations: Vec<Configuration>,
}

pub(super) fn add(store: &mut Store, call: &Call, request: Add) -> Result<Value> {
    let arn = request.endpoint_group_arn;
    change(store, call, &arn, |group| {
        for configuration in request.endpoint_configurations {
            configuration.put(group, &[], call)?;
        }
        Ok(())
    })?;
    let group = find(store, call, &arn)?;
    Ok(json!({ "EndpointGroupArn": arn, "EndpointDescriptions": endpoints(store, group, call) }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Remove {
    endpoint_group_arn: String,
    endpoint_identifiers: Vec<Identifier>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Identifier {
    endpoint_id: String,
}

pub(super) fn remove(store: &mut Store, call: &Call, request: &Remove) -> Result<Value> {
    change(store, call, &request.endpoint_group_arn, |group| {
        for identifier in &request.endpoint_identifiers {
            let id = &identifier.endpoint_id;
            if !group.endpoints.iter().any(|it| it.id == *id) {
                return Err(invalid(format!("The endpoint {id} is not in the endpoint group.")));
            }
            group.endpoints.retain(|it| it.id != *id);
        }
        Ok(json!({}))
    })
}

fn check_region(region: &str) -> Result<()> {
    let parts: Vec<&str> = region.split('-').collect();
    let ok = parts.len() >= 3 && parts.last().is_some_and(|last| last.parse::<u8>().is_ok());
    if ok { Ok(()) } else { Err(invalid(format!("EndpointGroupRegion '{region}' is no region of AWS."))) }
}

fn endpoints(store: &Store, group: &EndpointGroup, call: &Call) -> Vec<Value> {
    let describe = |it: &Endpoint| {
        let health = store.health_of(it, call.now);
        let mut value = json!({
            "EndpointId": it.id,
            "Weight": it.weight,
            "HealthState": health.state,
            "ClientIPPreservationEnabled": it.preserve_client_ip,
        });
        if let (Some(reason), Some(map)) = (health.reason, value.as_object_mut()) {
            map.insert("HealthReason".to_owned(), Value::String(reason));
        }
        value
    };
    group.endpoints.iter().map(describe).collect()
}

fn shape(store: &Store, it: &EndpointGroup, call: &Call) -> Value {
    let mut map = Map::new();
    let fields = [
        ("EndpointGroupArn", json!(it.arn)),
        ("EndpointGroupRegion", json!(it.region)),
        ("EndpointDescriptions", json!(endpoints(store, it, call))),
        ("TrafficDialPercentage", json!(it.dial)),
        ("HealthCheckPort", json!(it.health_check_port)),
        ("HealthCheckProtocol", json!(it.health_check_protocol)),
        ("HealthCheckIntervalSeconds", json!(it.health_check_interval)),
        ("ThresholdCount", json!(it.threshold)),
        ("PortOverrides", json!(it.port_overrides)),
    ];
    map.extend(fields.map(|(name, value)| (name.to_owned(), value)));
    let path = it.health_check_path.clone().or_else(|| (it.health_check_protocol != "TCP").then(|| "/".to_owned()));
    if let Some(path) = path {
        map.insert("HealthCheckPath".to_owned(), Value::String(path));
    }
    Value::Object(map)
}
