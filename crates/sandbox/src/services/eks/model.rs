//! What EKS remembers: node groups and updates. Clusters are moto's.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::control::ControlError;
use crate::services::timeline::Timeline;

/// Everything, of every account and region.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Store {
    /// Node groups, by [`key`].
    pub groups: BTreeMap<String, NodeGroup>,
    /// Updates of node groups and clusters, by id.
    pub updates: BTreeMap<String, Update>,
    /// What the admin API has go wrong, in the order it was asked for.
    pub failures: Vec<Failure>,
    /// How many things were made: part of the seed of their ids.
    pub made: u64,
}

/// The key of a node group: names are unique within a cluster.
#[must_use]
pub fn key(account: &str, region: &str, cluster: &str, name: &str) -> String {
    format!("{account}/{region}/{cluster}/{name}")
}

/// A managed node group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NodeGroup {
    /// Twelve digits.
    pub account: String,
    /// Where it is.
    pub region: String,
    /// The cluster's name.
    pub cluster: String,
    /// Its own.
    pub name: String,
    /// `arn:aws:eks:REGION:ACCOUNT:nodegroup/CLUSTER/NAME/ID`
    pub arn: String,
    /// Its status.
    pub status: Timeline<Effect>,
    /// How many nodes are ready.
    pub nodes: u32,
    /// When it was created, on the clock on the wall.
    pub created: i64,
    /// When it was changed last.
    pub modified: i64,
    /// What never changes.
    pub made: Made,
    /// What updates change.
    pub settings: Settings,
    /// What was in force before the update that is under way.
    pub before: Option<Settings>,
    /// The update that is under way.
    pub update: Option<String>,
    /// What ails it.
    pub issues: Vec<Issue>,
    /// Its tags; nodes do not inherit them.
    pub tags: BTreeMap<String, String>,
}

/// What of a node group EKS never updates: a change is another node group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// `ON_DEMAND`, `SPOT` or `CAPACITY_BLOCK`.
    pub capacity_type: String,
    /// Empty when the launch template names one.
    pub instance_types: Vec<String>,
    /// Subnets by id.
    pub subnets: Vec<String>,
    /// For example `AL2023_x86_64_STANDARD`.
    pub ami_type: String,
    /// ARN of the nodes' role.
    pub role: String,
    /// In GiB; none when there is a launch template.
    pub disk_size: Option<u32>,
    /// SSH access, as it was given.
    pub remote_access: Option<Value>,
    /// Makes a create call that is repeated the same.
    pub token: Option<String>,
}

/// What of a node group can be updated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// How many nodes.
    pub scaling: Scaling,
    /// Labels of the nodes.
    pub labels: BTreeMap<String, String>,
    /// Taints of the nodes.
    pub taints: Vec<Taint>,
    /// How many nodes an update may take away at a time.
    pub update_config: UpdateConfig,
    /// Node repair, as it was given.
    pub repair: Option<Value>,
    /// Kubernetes.
    pub version: String,
    /// The image.
    pub release: String,
    /// The launch template.
    pub template: Option<LaunchTemplate>,
}

/// How many nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Scaling {
    /// Fewest.
    pub min_size: u32,
    /// Most.
    pub max_size: u32,
    /// Wanted now.
    pub desired_size: u32,
}

/// A taint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taint {
    /// One to 63 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Up to 63 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// `NO_SCHEDULE`, `NO_EXECUTE` or `PREFER_NO_SCHEDULE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effect: Option<String>,
}

/// How many nodes an update may take away at a time: one of the two.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdateConfig {
    /// A number, 1 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_unavailable: Option<u32>,
    /// A share of all, 1 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_unavailable_percentage: Option<u32>,
    /// `DEFAULT` or `MINIMAL`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_strategy: Option<String>,
}

/// A launch template in one of its versions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaunchTemplate {
    /// Its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// What ails a node group.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Issue {
    /// For example `AsgInstanceLaunchFailures`.
    pub code: String,
    /// For a person.
    #[serde(default)]
    pub message: String,
    /// What is concerned.
    #[serde(default)]
    pub resource_ids: Vec<String>,
}

/// An update of a node group or of a cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Update {
    /// Twelve digits.
    pub account: String,
    /// Where it is.
    pub region: String,
    /// The cluster's name.
    pub cluster: String,
    /// The node group's name; none when the cluster itself is updated.
    pub group: Option<String>,
    /// Its id.
    pub id: String,
    /// `InProgress`, `Successful`, `Failed` or `Cancelled`.
    pub status: String,
    /// For example `ConfigUpdate`.
    pub kind: String,
    /// What was asked for: type and value.
    pub params: Vec<(String, String)>,
    /// Why it failed.
    pub errors: Vec<Issue>,
    /// On the clock on the wall.
    pub created: i64,
    /// The order they were made in.
    pub number: u64,
}

/// Something that is to go wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The cluster; any when absent.
    #[serde(default)]
    pub cluster: Option<String>,
    /// The node group, or its beginning and `*`.
    pub node_group: String,
    /// What it strikes.
    #[serde(default)]
    pub of: Step,
    /// How many times; every time when absent.
    #[serde(default)]
    pub count: Option<u32>,
    /// What is then said to be wrong.
    pub issues: Vec<Issue>,
}

/// What a failure strikes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// `CREATING` ends in `CREATE_FAILED`, without nodes.
    #[default]
    Create,
    /// An update fails, and what was before is in force again.
    Update,
    /// `DELETING` ends in `DELETE_FAILED`.
    Delete,
}

/// What happens when a status ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Effect {
    /// The nodes are there.
    Created,
    /// The update is in force.
    Updated,
    /// The node group is gone.
    Deleted,
    /// It came to nothing.
    Failed(Step, Vec<Issue>),
}

impl Store {
    /// A new id, as long as a UUID and the same in every run.
    pub(super) fn id(&mut self, seed: &str) -> String {
        self.made += 1;
        let text = crate::services::digest(&format!("{seed}/{}", self.made), 24);
        // Digits beyond f are no digits of a UUID.
        let hex: String = text.chars().map(|c| char::from_digit(u32::from(c) % 16, 16).unwrap_or('0')).collect();
        let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default().to_owned();
        format!("{}-{}-{}-{}-{:012x}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), self.made)
    }

    /// The node groups of a name, in whichever account and region.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn named(&mut self, cluster: &str, name: &str) -> Result<Vec<&mut NodeGroup>, ControlError> {
        let found: Vec<_> = self.groups.values_mut().filter(|it| it.cluster == cluster && it.name == name).collect();
        if found.is_empty() {
            return Err(ControlError::NoNodeGroup(format!("{cluster}/{name}")));
        }
        Ok(found)
    }

    /// What is to go wrong with this step of a node group, if anything; it is used up.
    pub(super) fn strike(&mut self, cluster: &str, name: &str, of: Step) -> Option<Vec<Issue>> {
        let matches = |it: &Failure| {
            let named = match it.node_group.strip_suffix('*') {
                Some(beginning) => name.starts_with(beginning),
                None => it.node_group == name,
            };
            named && it.of == of && it.cluster.as_deref().is_none_or(|wanted| wanted == cluster)
        };
        let found = self.failures.iter_mut().find(|it| matches(it))?;
        if let Some(count) = &mut found.count {
            *count = count.saturating_sub(1);
        }
        let issues = found.issues.clone();
        self.failures.retain(|it| it.count != Some(0));
        Some(issues)
    }
}
