//! Listeners.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::accelerators::{of, of_mut};
use super::model::PortRange;
use super::{Accelerator, Listener, Paging, Result, Store, invalid};
use crate::protocol::ApiError;
use crate::services::{Call, digest};

/// Listeners for each accelerator and port ranges for each listener, the default quotas.
const MOST: usize = 10;

/// The accelerator that a listener or an endpoint group belongs to, by its ARN.
pub(super) fn accelerator_arn(arn: &str) -> &str {
    arn.split_once("/listener/").map_or(arn, |(accelerator, _)| accelerator)
}

pub(super) fn not_found(arn: &str) -> ApiError {
    ApiError::new("ListenerNotFoundException", format!("The listener {arn} does not exist."))
}

pub(super) fn in_accelerator<'a>(store: &'a Store, call: &Call, arn: &str) -> Result<&'a Listener> {
    let accelerator = of(store, call, accelerator_arn(arn)).map_err(|_| not_found(arn))?;
    accelerator.listeners.get(arn).ok_or_else(|| not_found(arn))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Create {
    accelerator_arn: String,
    port_ranges: Vec<PortRange>,
    protocol: String,
    client_affinity: Option<String>,
    idempotency_token: String,
}

pub(super) fn create(store: &mut Store, call: &Call, request: Create) -> Result<Value> {
    let seed = format!("listener/{}", store.next());
    let accelerator = of_mut(store, call, &request.accelerator_arn)?;
    if let Some(same) = accelerator.listeners.values().find(|it| it.token == request.idempotency_token) {
        return Ok(json!({ "Listener": shape(same) }));
    }
    if accelerator.listeners.len() >= MOST {
        return Err(ApiError::new("LimitExceededException", format!("An accelerator has at most {MOST} listeners.")));
    }
    let listener = Listener {
        arn: format!("{}/listener/{}", accelerator.arn, digest(&seed, 8)),
        port_ranges: request.port_ranges,
        protocol: check(&request.protocol, &["TCP", "UDP"], "Protocol")?,
        client_affinity: check(
            request.client_affinity.as_deref().unwrap_or("NONE"),
            &["NONE", "SOURCE_IP"],
            "ClientAffinity",
        )?,
        token: request.idempotency_token,
        groups: BTreeMap::new(),
    };
    check_ports(accelerator, &listener)?;
    let answer = json!({ "Listener": shape(&listener) });
    accelerator.listeners.insert(listener.arn.clone(), listener);
    accelerator.deploy(call.now, call.wall);
    Ok(answer)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ByListener {
    listener_arn: String,
}

pub(super) fn describe(store: &Store, call: &Call, request: &ByListener) -> Result<Value> {
    Ok(json!({ "Listener": shape(in_accelerator(store, call, &request.listener_arn)?) }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct List {
    accelerator_arn: String,
    #[serde(flatten)]
    paging: Paging,
}

pub(super) fn list(store: &Store, call: &Call, request: &List) -> Result<Value> {
    let listeners = of(store, call, &request.accelerator_arn)?.listeners.values();
    request.paging.answer("Listeners", listeners.map(shape).collect())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Update {
    listener_arn: String,
    port_ranges: Option<Vec<PortRange>>,
    protocol: Option<String>,
    client_affinity: Option<String>,
}

pub(super) fn update(store: &mut Store, call: &Call, request: Update) -> Result<Value> {
    let arn = request.listener_arn;
    let accelerator = of_mut(store, call, accelerator_arn(&arn)).map_err(|_| not_found(&arn))?;
    let mut listener = accelerator.listeners.get(&arn).cloned().ok_or_else(|| not_found(&arn))?;
    if let Some(ranges) = request.port_ranges {
        listener.port_ranges = ranges;
    }
    if let Some(protocol) = request.protocol {
        listener.protocol = check(&protocol, &["TCP", "UDP"], "Protocol")?;
    }
    if let Some(affinity) = request.client_affinity {
        listener.client_affinity = check(&affinity, &["NONE", "SOURCE_IP"], "ClientAffinity")?;
    }
    check_ports(accelerator, &listener)?;
    let answer = json!({ "Listener": shape(&listener) });
    accelerator.listeners.insert(arn, listener);
    accelerator.deploy(call.now, call.wall);
    Ok(answer)
}

pub(super) fn delete(store: &mut Store, call: &Call, request: &ByListener) -> Result<Value> {
    let arn = &request.listener_arn;
    if !in_accelerator(store, call, arn)?.groups.is_empty() {
        return Err(ApiError::new(
            "AssociatedEndpointGroupFoundException",
            "The listener has an endpoint group associated with it. Delete its endpoint groups first.",
        ));
    }
    let accelerator = of_mut(store, call, accelerator_arn(arn))?;
    accelerator.listeners.remove(arn);
    accelerator.deploy(call.now, call.wall);
    Ok(json!({}))
}

pub(super) fn check(given: &str, allowed: &[&str], what: &str) -> Result<String> {
    if allowed.contains(&given) {
        return Ok(given.to_owned());
    }
    Err(invalid(format!("{what} '{given}' is none of {}.", allowed.join(", "))))
}

fn check_ports(accelerator: &Accelerator, listener: &Listener) -> Result<()> {
    let bad = |message: String| Err(ApiError::new("InvalidPortRangeException", message));
    if !(1..=MOST).contains(&listener.port_ranges.len()) {
        return bad(format!("A listener has 1 to {MOST} port ranges."));
    }
    for range in &listener.port_ranges {
        let (from, to) = (range.from_port, range.to_port);
        if from == 0 || from > to {
            return bad(format!("The port range {from}-{to} is not valid."));
        }
        let others =
            accelerator.listeners.values().filter(|it| it.arn != listener.arn && it.protocol == listener.protocol);
        if others.flat_map(|it| &it.port_ranges).any(|it| it.from_port <= to && from <= it.to_port) {
            return bad(format!(
                "The port range {from}-{to} overlaps with one of another listener of the accelerator."
            ));
        }
    }
    Ok(())
}

fn shape(it: &Listener) -> Value {
    json!({
        "ListenerArn": it.arn,
        "PortRanges": it.port_ranges,
        "Protocol": it.protocol,
        "ClientAffinity": it.client_affinity,
    })
}
