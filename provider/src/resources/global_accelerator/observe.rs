//! From what AWS has to what the state says, seen with the eyes of the state before: order and values that are left to AWS stay.

use std::collections::BTreeSet;

use aws_sdk_globalaccelerator::types::EndpointGroup as RemoteGroup;
use aws_sdk_globalaccelerator::types::{AcceleratorAttributes, EndpointDescription};
use tfplugin::prelude::*;

use super::model::{Attributes, Endpoint, EndpointGroup, GlobalAccelerator, Listener};
use super::pairing::Identity;
use super::remote::{Remote, RemoteListener};
use crate::aws::{Tags, fenced_regions, own_tags, without_reserved};

/// Weight of an endpoint that was given none.
const DEFAULT_WEIGHT: i64 = 128;

/// The state. `prior` is `None` right after an import; `defaults` are the tags of the provider block.
pub(super) fn accelerator(remote: &Remote, prior: Option<&GlobalAccelerator>, defaults: &Tags) -> GlobalAccelerator {
    let fenced = fenced_regions(&remote.tags);
    let tags_all = without_reserved(remote.tags.clone());
    let accelerator = &remote.accelerator;
    let ip_address_type = accelerator.ip_address_type.as_ref().map_or("IPV4", |kind| kind.as_str());
    let mut observed = GlobalAccelerator {
        arn: Computed::Unknown,
        name: accelerator.name.clone().unwrap_or_default(),
        enabled: accelerator.enabled.unwrap_or(true),
        ip_address_type: ip_address_type.to_owned(),
        tags: own_tags(&tags_all, prior.map(|prior| &prior.tags), defaults),
        tags_all: Computed::Known(tags_all),
        dns_name: Computed::Unknown,
        ip_addresses: Computed::Unknown,
        hosted_zone_id: Computed::Unknown,
        status: Computed::Unknown,
        attributes: attributes(&remote.attributes, prior.and_then(|prior| prior.attributes.as_ref())),
        listener: listeners(&remote.listeners, prior.map(|prior| prior.listener.as_slice()), &fenced),
        timeouts: prior.and_then(|prior| prior.timeouts.clone()),
    };
    observed.describe(Some(accelerator));
    observed
}

fn attributes(remote: &AcceleratorAttributes, prior: Option<&Attributes>) -> Option<Attributes> {
    if remote.flow_logs_enabled != Some(true) {
        // Bucket and prefix mean nothing while nothing is written.
        return prior.map(|prior| Attributes { flow_logs_enabled: false, ..prior.clone() });
    }
    let prefix = remote.flow_logs_s3_prefix.clone().filter(|prefix| !prefix.is_empty());
    let empty_before = prior.and_then(|prior| prior.flow_logs_s3_prefix.clone()).filter(String::is_empty);
    Some(Attributes {
        flow_logs_enabled: true,
        flow_logs_s3_bucket: remote.flow_logs_s3_bucket.clone(),
        flow_logs_s3_prefix: prefix.or(empty_before),
    })
}

fn listeners(remote: &[RemoteListener], prior: Option<&[Listener]>, fenced: &BTreeSet<String>) -> Vec<Listener> {
    let mut left: Vec<&RemoteListener> = remote.iter().collect();
    left.sort_by_key(|listener| (listener.ranges(), listener.protocol().to_owned()));
    let mut observed = Vec::new();
    for before in prior.unwrap_or_default() {
        let same_arn = |listener: &&RemoteListener| before.arn.known().is_some_and(|arn| arn == listener.arn());
        let same_ports =
            |listener: &&RemoteListener| Identity::new(listener.protocol(), listener.ranges()) == Identity::of(before);
        let found = left.iter().position(same_arn).or_else(|| left.iter().position(same_ports));
        if let Some(position) = found {
            observed.push(listener(left.remove(position), Some(before), fenced));
        }
    }
    observed.extend(left.into_iter().map(|remote| listener(remote, None, fenced)));
    observed
}

fn listener(remote: &RemoteListener, prior: Option<&Listener>, fenced: &BTreeSet<String>) -> Listener {
    let ranges = remote.ranges();
    let same = prior.filter(|prior| {
        ranges.len() == prior.port_range.len() && { prior.port_range.iter().all(|range| ranges.contains(range)) }
    });
    let mut left: Vec<&RemoteGroup> = remote.groups.iter().collect();
    left.sort_by_key(|group| group.endpoint_group_region.clone());
    let mut groups = Vec::new();
    for before in prior.map(|prior| prior.endpoint_group.as_slice()).unwrap_or_default() {
        let same_region = |group: &&RemoteGroup| group.endpoint_group_region() == Some(before.region.as_str());
        if let Some(position) = left.iter().position(same_region) {
            groups.push(group(left.remove(position), Some(before), remote, fenced));
        }
    }
    groups.extend(left.into_iter().map(|found| group(found, None, remote, fenced)));
    Listener {
        arn: remote.listener.listener_arn.clone().into(),
        protocol: remote.protocol().to_owned(),
        client_affinity: remote.client_affinity().to_owned(),
        port_range: same.map_or(ranges, |prior| prior.port_range.clone()),
        endpoint_group: groups,
    }
}

fn group(
    remote: &RemoteGroup,
    prior: Option<&EndpointGroup>,
    listener: &RemoteListener,
    fenced: &BTreeSet<String>,
) -> EndpointGroup {
    let region = remote.endpoint_group_region.clone().unwrap_or_default();
    let protocol = remote.health_check_protocol.as_ref().map_or("TCP", |protocol| protocol.as_str());
    // What AWS chooses by itself is not shown where the configuration has not asked for it.
    let port = remote.health_check_port.map(i64::from);
    let default_port = port.is_none_or(|port| listener.ranges().iter().any(|range| range.from_port == port));
    let own_port = prior.is_some_and(|prior| prior.health_check_port.is_some());
    let path = remote.health_check_path.clone().filter(|path| !path.is_empty());
    let default_path = protocol == "TCP" || path.as_deref().is_none_or(|path| path == "/");
    let own_path = prior.and_then(|prior| prior.health_check_path.clone());
    let endpoint = match prior {
        // A failover has taken the endpoints away, and gives them back: that is not drift.
        Some(prior) if fenced.contains(&region) => prior.endpoint.clone(),
        _ => endpoints(remote.endpoint_descriptions(), prior.map(|prior| prior.endpoint.as_slice())),
    };
    EndpointGroup {
        arn: remote.endpoint_group_arn.clone().into(),
        region,
        initial_traffic_dial_percentage: prior.map_or(100.0, |prior| prior.initial_traffic_dial_percentage),
        health_check_port: port.filter(|_| own_port || !default_port),
        health_check_protocol: protocol.to_owned(),
        health_check_path: match own_path {
            Some(own) if protocol == "TCP" => Some(own),
            Some(_) => path,
            None => path.filter(|_| !default_path),
        },
        health_check_interval_seconds: remote.health_check_interval_seconds.map_or(30, i64::from),
        threshold_count: remote.threshold_count.map_or(3, i64::from),
        endpoint,
    }
}

fn endpoints(remote: &[EndpointDescription], prior: Option<&[Endpoint]>) -> Vec<Endpoint> {
    let mut left: Vec<&EndpointDescription> = remote.iter().collect();
    left.sort_by_key(|endpoint| endpoint.endpoint_id.clone());
    let mut observed = Vec::new();
    for before in prior.unwrap_or_default() {
        let same_id = |endpoint: &&EndpointDescription| endpoint.endpoint_id() == Some(before.endpoint_id.as_str());
        let Some(position) = left.iter().position(same_id) else { continue };
        let found = left.remove(position);
        observed.push(Endpoint {
            endpoint_id: before.endpoint_id.clone(),
            weight: before.weight.and(found.weight).map(i64::from),
            client_ip_preservation_enabled: before
                .client_ip_preservation_enabled
                .and(found.client_ip_preservation_enabled),
        });
    }
    observed.extend(left.into_iter().map(|found| Endpoint {
        endpoint_id: found.endpoint_id.clone().unwrap_or_default(),
        weight: found.weight.map(i64::from).filter(|weight| *weight != DEFAULT_WEIGHT),
        client_ip_preservation_enabled: None,
    }));
    observed
}
