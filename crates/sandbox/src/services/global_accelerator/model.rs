//! What Global Accelerator remembers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{DEPLOYMENT, Tag};
use crate::clock::Moment;
use crate::services::timeline::Timeline;

/// Everything, of every account.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Store {
    /// By ARN.
    pub accelerators: BTreeMap<String, Accelerator>,
    /// Health set through the admin API, by endpoint id; it holds until it is set again.
    pub health: BTreeMap<String, Health>,
    /// How many resources were made: part of the seed of their ids.
    pub made: u64,
}

/// An accelerator with everything in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Accelerator {
    pub(super) account: String,
    pub(super) arn: String,
    pub(super) name: String,
    pub(super) ip_address_type: String,
    pub(super) addresses: Vec<String>,
    pub(super) enabled: bool,
    pub(super) created: i64,
    pub(super) modified: i64,
    pub(super) token: String,
    pub(super) tags: Vec<Tag>,
    pub(super) attributes: Attributes,
    pub(super) status: Timeline<()>,
    /// By ARN.
    pub listeners: BTreeMap<String, Listener>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Attributes {
    pub(super) flow_logs_enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) flow_logs_s3_bucket: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) flow_logs_s3_prefix: Option<String>,
}

/// A listener with its endpoint groups.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Listener {
    pub(super) arn: String,
    pub(super) port_ranges: Vec<PortRange>,
    pub(super) protocol: String,
    pub(super) client_affinity: String,
    pub(super) token: String,
    /// By ARN.
    pub groups: BTreeMap<String, EndpointGroup>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PortRange {
    pub(super) from_port: u16,
    pub(super) to_port: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PortOverride {
    pub(super) listener_port: u16,
    pub(super) endpoint_port: u16,
}

/// The endpoints of one region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EndpointGroup {
    pub(super) arn: String,
    /// The region its endpoints are in.
    pub region: String,
    /// Share of the region's traffic that is let through, in percent.
    pub dial: f64,
    pub(super) health_check_port: u16,
    pub(super) health_check_protocol: String,
    pub(super) health_check_path: Option<String>,
    pub(super) health_check_interval: u32,
    pub(super) threshold: u32,
    pub(super) port_overrides: Vec<PortOverride>,
    pub(super) token: String,
    /// In the order they were added.
    pub endpoints: Vec<Endpoint>,
}

/// A load balancer, instance or address behind an accelerator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// Its ARN or id.
    pub id: String,
    /// 0 to 255; 0 lets no traffic through.
    pub weight: u8,
    pub(super) preserve_client_ip: bool,
    /// When the first health checks are through.
    pub(super) checked: Moment,
}

/// What health checks found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum HealthState {
    /// Not checked yet.
    Initial,
    /// Answers.
    Healthy,
    /// Does not answer.
    Unhealthy,
}

/// The health of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// What health checks found.
    pub state: HealthState,
    /// Why, for a person.
    #[serde(default)]
    pub reason: Option<String>,
}

impl Store {
    /// When the next change is due.
    #[must_use]
    pub fn due(&self) -> Option<Moment> {
        self.accelerators.values().filter_map(|accelerator| accelerator.status.due()).min()
    }

    /// Makes the changes that are due at `now`; returns the accelerators that changed, with their status.
    pub fn advance(&mut self, now: Moment) -> Vec<(String, String)> {
        let mut changed = Vec::new();
        for accelerator in self.accelerators.values_mut() {
            while accelerator.status.step(now).is_some() {
                changed.push((accelerator.arn.clone(), accelerator.status.status().to_owned()));
            }
        }
        changed
    }

    /// Whether traffic is let into a region: `None` when no endpoint group of this account knows the region, so that nothing
    /// stands before it.
    #[must_use]
    pub fn lets_in(&self, account: &str, region: &str) -> Option<bool> {
        let groups = self
            .accelerators
            .values()
            .filter(|accelerator| accelerator.account == account)
            .flat_map(|accelerator| accelerator.listeners.values())
            .flat_map(|listener| listener.groups.values())
            .filter(|group| group.region == region);
        // A dial or a weight of 0 does not close a region: Global Accelerator fails open.
        groups.map(|group| !group.endpoints.is_empty()).reduce(|any, open| any || open)
    }

    /// A new id.
    pub(super) fn next(&mut self) -> u64 {
        self.made += 1;
        self.made
    }

    /// The health of an endpoint.
    pub(super) fn health_of(&self, endpoint: &Endpoint, now: Moment) -> Health {
        if let Some(health) = self.health.get(&endpoint.id) {
            return health.clone();
        }
        if now < endpoint.checked {
            return Health { state: HealthState::Initial, reason: None };
        }
        Health { state: HealthState::Healthy, reason: None }
    }
}

impl Accelerator {
    /// Notes a change that has to reach the edge.
    pub(super) fn deploy(&mut self, now: Moment, wall: i64) {
        self.modified = wall;
        self.status.go(now, [("IN_PROGRESS", DEPLOYMENT, None)], "DEPLOYED");
    }
}
