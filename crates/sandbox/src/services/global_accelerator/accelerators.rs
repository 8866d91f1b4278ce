//! Accelerators, their attributes and their tags.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::model::Attributes;
use super::{Accelerator, ByAccelerator, Paging, Result, Store, Tag, invalid};
use crate::protocol::ApiError;
use crate::services::timeline::Timeline;
use crate::services::{Call, digest};

/// Accelerators for each account, the default quota.
const MOST: usize = 20;

pub(super) fn of<'a>(store: &'a Store, call: &Call, arn: &str) -> Result<&'a Accelerator> {
    store.accelerators.get(arn).filter(|it| it.account == call.account).ok_or_else(|| not_found(arn))
}

pub(super) fn of_mut<'a>(store: &'a mut Store, call: &Call, arn: &str) -> Result<&'a mut Accelerator> {
    store.accelerators.get_mut(arn).filter(|it| it.account == call.account).ok_or_else(|| not_found(arn))
}

fn not_found(arn: &str) -> ApiError {
    ApiError::new("AcceleratorNotFoundException", format!("The accelerator {arn} does not exist."))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Create {
    name: String,
    ip_address_type: Option<String>,
    #[serde(default)]
    ip_addresses: Vec<String>,
    enabled: Option<bool>,
    idempotency_token: String,
    #[serde(default)]
    tags: Vec<Tag>,
}

pub(super) fn create(store: &mut Store, call: &Call, request: Create) -> Result<Value> {
    let mut own = store.accelerators.values().filter(|it| it.account == call.account);
    if let Some(same) = own.clone().find(|it| it.token == request.idempotency_token) {
        return Ok(json!({ "Accelerator": shape(same) }));
    }
    if own.by_ref().count() >= MOST {
        return Err(ApiError::new("LimitExceededException", format!("An account has at most {MOST} accelerators.")));
    }
    check_name(&request.name)?;
    let ip_address_type = check_type(request.ip_address_type)?;
    let seed = format!("{}/{}", call.account, store.next());
    let arn = format!("arn:aws:globalaccelerator::{}:accelerator/{}", call.account, uuid_like(&seed));
    let mut accelerator = Accelerator {
        account: call.account.clone(),
        arn: arn.clone(),
        name: request.name,
        ip_address_type,
        addresses: addresses(&seed, request.ip_addresses),
        enabled: request.enabled.unwrap_or(true),
        created: call.wall,
        modified: call.wall,
        token: request.idempotency_token,
        tags: request.tags,
        attributes: Attributes::default(),
        status: Timeline::at("DEPLOYED"),
        listeners: BTreeMap::new(),
    };
    accelerator.deploy(call.now, call.wall);
    let answer = json!({ "Accelerator": shape(&accelerator) });
    store.accelerators.insert(arn, accelerator);
    Ok(answer)
}

pub(super) fn describe(store: &Store, call: &Call, request: &ByAccelerator) -> Result<Value> {
    Ok(json!({ "Accelerator": shape(of(store, call, &request.accelerator_arn)?) }))
}

pub(super) fn list(store: &Store, call: &Call, paging: &Paging) -> Result<Value> {
    let own = store.accelerators.values().filter(|it| it.account == call.account);
    paging.answer("Accelerators", own.map(shape).collect())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Update {
    accelerator_arn: String,
    name: Option<String>,
    ip_address_type: Option<String>,
    enabled: Option<bool>,
}

pub(super) fn update(store: &mut Store, call: &Call, request: Update) -> Result<Value> {
    let accelerator = of_mut(store, call, &request.accelerator_arn)?;
    if let Some(name) = request.name {
        check_name(&name)?;
        accelerator.name = name;
    }
    if request.ip_address_type.is_some() {
        accelerator.ip_address_type = check_type(request.ip_address_type)?;
    }
    if let Some(enabled) = request.enabled {
        accelerator.enabled = enabled;
    }
    accelerator.deploy(call.now, call.wall);
    Ok(json!({ "Accelerator": shape(accelerator) }))
}

pub(super) fn delete(store: &mut Store, call: &Call, request: &ByAccelerator) -> Result<Value> {
    let accelerator = of(store, call, &request.accelerator_arn)?;
    if accelerator.enabled {
        return Err(ApiError::new(
            "AcceleratorNotDisabledException",
            "The accelerator is enabled. You must disable an accelerator before you can delete it.",
        ));
    }
    if !accelerator.listeners.is_empty() {
        return Err(ApiError::new(
            "AssociatedListenerFoundException",
            "The accelerator has a listener associated with it. Delete its listeners first.",
        ));
    }
    store.accelerators.remove(&request.accelerator_arn);
    Ok(json!({}))
}

pub(super) fn attributes(store: &Store, call: &Call, request: &ByAccelerator) -> Result<Value> {
    Ok(json!({ "AcceleratorAttributes": of(store, call, &request.accelerator_arn)?.attributes }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UpdateAttributes {
    accelerator_arn: String,
    flow_logs_enabled: Option<bool>,
    flow_logs_s3_bucket: Option<String>,
    flow_logs_s3_prefix: Option<String>,
}

pub(super) fn update_attributes(store: &mut Store, call: &Call, request: UpdateAttributes) -> Result<Value> {
    let attributes = &mut of_mut(store, call, &request.accelerator_arn)?.attributes;
    let new = Attributes {
        flow_logs_enabled: request.flow_logs_enabled.unwrap_or(attributes.flow_logs_enabled),
        flow_logs_s3_bucket: request.flow_logs_s3_bucket.or_else(|| attributes.flow_logs_s3_bucket.clone()),
        flow_logs_s3_prefix: request.flow_logs_s3_prefix.or_else(|| attributes.flow_logs_s3_prefix.clone()),
    };
    let set = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.is_empty());
    if new.flow_logs_enabled && !(set(&new.flow_logs_s3_bucket) && set(&new.flow_logs_s3_prefix)) {
        return Err(invalid("Flow logs need FlowLogsS3Bucket and FlowLogsS3Prefix."));
    }
    *attributes = new;
    Ok(json!({ "AcceleratorAttributes": attributes }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TagResource {
    resource_arn: String,
    tags: Vec<Tag>,
}

pub(super) fn tag(store: &mut Store, call: &Call, request: TagResource) -> Result<Value> {
    let tags = &mut of_mut(store, call, &request.resource_arn)?.tags;
    for tag in request.tags {
        tags.retain(|old| old.key != tag.key);
        tags.push(tag);
    }
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UntagResource {
    resource_arn: String,
    tag_keys: Vec<String>,
}

pub(super) fn untag(store: &mut Store, call: &Call, request: &UntagResource) -> Result<Value> {
    let accelerator = of_mut(store, call, &request.resource_arn)?;
    accelerator.tags.retain(|tag| !request.tag_keys.contains(&tag.key));
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ByResource {
    resource_arn: String,
}

pub(super) fn tags(store: &Store, call: &Call, request: &ByResource) -> Result<Value> {
    Ok(json!({ "Tags": of(store, call, &request.resource_arn)?.tags }))
}

fn check_name(name: &str) -> Result<()> {
    let edge = |c: char| c == '-' || c == '.';
    let ok = (1..=64).contains(&name.len())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || edge(c))
        && !name.starts_with(edge)
        && !name.ends_with(edge);
    if ok {
        return Ok(());
    }
    Err(invalid(format!(
        "The name '{name}' must have 1 to 64 letters, digits, periods and hyphens, and neither begin nor end with a period or hyphen."
    )))
}

fn check_type(given: Option<String>) -> Result<String> {
    match given.as_deref() {
        None | Some("IPV4") => Ok("IPV4".to_owned()),
        Some("DUAL_STACK") => Ok("DUAL_STACK".to_owned()),
        Some(other) => Err(invalid(format!("IpAddressType '{other}' is neither IPV4 nor DUAL_STACK."))),
    }
}

/// Two static addresses, of a block that is reserved for documentation.
fn addresses(seed: &str, own: Vec<String>) -> Vec<String> {
    let number = |salt: &str| digest(&format!("{seed}{salt}"), 6).bytes().fold(7_u8, u8::wrapping_add) % 250 + 1;
    let assigned = [format!("198.51.100.{}", number("a")), format!("203.0.113.{}", number("b"))];
    own.into_iter().chain(assigned).take(2).collect()
}

/// The form of an id of this service: `1234abcd-abcd-1234-abcd-1234abcdefgh`.
pub(super) fn uuid_like(seed: &str) -> String {
    let text = digest(seed, 32);
    let mut parts = Vec::new();
    let mut rest = text.as_str();
    for length in [8, 4, 4, 4, 12] {
        let (part, more) = rest.split_at(length);
        parts.push(part);
        rest = more;
    }
    parts.join("-")
}

pub(super) fn shape(it: &Accelerator) -> Value {
    let dns = format!("a{}.awsglobalaccelerator.com", digest(&it.arn, 16));
    let mut value = json!({
        "AcceleratorArn": it.arn,
        "Name": it.name,
        "IpAddressType": it.ip_address_type,
        "Enabled": it.enabled,
        "IpSets": [{ "IpFamily": "IPv4", "IpAddressFamily": "IPv4", "IpAddresses": it.addresses }],
        "DnsName": dns,
        "Status": it.status.status(),
        "CreatedTime": seconds(it.created),
        "LastModifiedTime": seconds(it.modified),
    });
    if it.ip_address_type == "DUAL_STACK"
        && let Some(map) = value.as_object_mut()
    {
        let dual = format!("a{}.dualstack.awsglobalaccelerator.com", digest(&it.arn, 16));
        map.insert("DualStackDnsName".to_owned(), Value::String(dual));
    }
    value
}

/// JSON writes a time as seconds since 1970.
fn seconds(milliseconds: i64) -> f64 {
    milliseconds as f64 / 1000.0
}
