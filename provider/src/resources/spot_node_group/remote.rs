//! Node groups as EKS has them.

use std::collections::BTreeSet;

use aws_sdk_eks::Client;
use aws_sdk_eks::types::{
    CapacityTypes, Nodegroup, NodegroupScalingConfig, NodegroupStatus, NodegroupUpdateConfig, Taint, TaintEffect,
};
use parapet_pricing::spot::Scaling;
use tfplugin::prelude::*;

use super::model::{self, SpotNodeGroup};
use super::template;
use crate::aws::{AwsResult, Tags};

/// There is no such thing.
pub(super) const GONE: &[&str] = &["ResourceNotFoundException"];
/// Tag that says whose node groups they are: the resource's name.
pub(super) const OWNER: &str = "parapet:node-group";
/// Tag with the generation.
pub(super) const GENERATION: &str = "parapet:generation";
/// Tag of a generation that was brought to its end, and is in somebody's state.
pub(super) const READY: &str = "parapet:ready";

/// Generation of a node group that somebody else has made and an import took over: it keeps its name.
pub(super) const ADOPTED: i64 = 0;

/// Which of the two node groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// Bought on demand.
    OnDemand,
    /// Bought on the Spot market.
    Spot,
}

impl Part {
    fn word(self) -> &'static str {
        match self {
            Self::OnDemand => "od",
            Self::Spot => "spot",
        }
    }

    fn capacity(self) -> CapacityTypes {
        match self {
            Self::OnDemand => CapacityTypes::OnDemand,
            Self::Spot => CapacityTypes::Spot,
        }
    }

    /// Of a node group that somebody else has made.
    fn of(group: &Nodegroup) -> Result<Self> {
        match group.capacity_type() {
            Some(CapacityTypes::Spot) => Ok(Self::Spot),
            Some(CapacityTypes::OnDemand) | None => Ok(Self::OnDemand),
            Some(other) => Err(Error::new(format!(
                "Node group {} cannot be taken over",
                group.nodegroup_name().unwrap_or_default()
            ))
            .detail(format!(
                "Its capacity type is {other}; Parapet manages node groups that are bought on demand or on the Spot market."
            ))),
        }
    }
}

/// Name of a part in EKS.
pub(crate) fn eks_name(name: &str, part: Part, generation: i64) -> String {
    match generation {
        ADOPTED => name.to_owned(),
        _ => format!("{name}-{}-{generation}", part.word()),
    }
}

/// The name of the resource, the part and the generation of a name in EKS.
pub(super) fn parse(eks_name: &str) -> Option<(&str, Part, i64)> {
    let (rest, generation) = eks_name.rsplit_once('-')?;
    let (name, word) = rest.rsplit_once('-')?;
    let part = [Part::OnDemand, Part::Spot].into_iter().find(|part| part.word() == word)?;
    let digits = !generation.is_empty() && generation.chars().all(|it| it.is_ascii_digit());
    generation.parse().ok().filter(|_| digits).map(|generation| (name, part, generation))
}

/// A node group of ours.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) part: Part,
    pub(super) generation: i64,
    pub(super) group: Nodegroup,
}

impl Found {
    pub(super) fn name(&self) -> &str {
        self.group.nodegroup_name().unwrap_or_default()
    }

    pub(super) fn tags(&self) -> Tags {
        self.group.tags().into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect()
    }

    pub(super) fn is(&self, statuses: &[NodegroupStatus]) -> bool {
        self.group.status().is_some_and(|status| statuses.contains(status))
    }

    /// Failed or on its way out: it has no nodes to count on.
    pub(super) fn is_lost(&self) -> bool {
        self.is(&[NodegroupStatus::CreateFailed, NodegroupStatus::Deleting, NodegroupStatus::DeleteFailed])
    }

    /// How many nodes it has, as the autoscaler wants it; 0 when it failed.
    pub(super) fn live(&self) -> u32 {
        let desired = self.group.scaling_config().and_then(NodegroupScalingConfig::desired_size);
        desired.filter(|_| !self.is_lost()).and_then(|nodes| u32::try_from(nodes).ok()).unwrap_or_default()
    }
}

/// Whether it is marked as another resource's.
fn is_somebodys(group: &Nodegroup) -> bool {
    group.tags().is_some_and(|tags| tags.contains_key(OWNER))
}

/// Whether a node group's tags say that it is of this resource.
fn is_of(group: &Nodegroup, name: &str) -> bool {
    group.tags().and_then(|tags| tags.get(OWNER)).is_some_and(|owner| owner == name)
}

/// The node groups of a resource, those first whose generation is lower. With `adopts`, also one that nobody has marked and that has
/// the very name of the resource.
pub(super) async fn find(client: &Client, cluster: &str, name: &str, adopts: bool) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    for eks_name in names(client, cluster).await? {
        let made = parse(&eks_name).filter(|(owner, ..)| *owner == name);
        if made.is_none() && eks_name != name {
            continue;
        }
        let Some(group) = describe(client, cluster, &eks_name).await? else { continue };
        match made {
            Some((_, part, generation)) if is_of(&group, name) => found.push(Found { part, generation, group }),
            None if is_of(&group, name) || (adopts && !is_somebodys(&group)) => {
                found.push(Found { part: Part::of(&group)?, generation: ADOPTED, group });
            }
            _ => {}
        }
    }
    found.sort_by_key(|it| (it.generation, it.part));
    Ok(found)
}

/// Whether a state is of a node group that somebody else has made. It is marked with the first change, and not by looking at it.
pub(super) fn is_adopted(state: &SpotNodeGroup) -> bool {
    state.generation == Computed::Known(ADOPTED)
}

/// The resource that a node group is of; none when it is not Parapet's.
pub(crate) async fn owner(client: &Client, cluster: &str, eks_name: &str) -> Result<Option<String>> {
    let Some(group) = describe(client, cluster, eks_name).await? else { return Ok(None) };
    let named = parse(eks_name).map(|(name, ..)| name);
    Ok(named.into_iter().chain([eks_name]).find(|name| is_of(&group, name)).map(str::to_owned))
}

/// Names of all node groups of a cluster; none when the cluster is gone.
pub(crate) async fn names(client: &Client, cluster: &str) -> Result<Vec<String>> {
    let mut names = client.list_nodegroups().cluster_name(cluster).into_paginator().items().send();
    let mut found = Vec::new();
    while let Some(name) = names.next().await {
        match name.unless(GONE, "listing node groups")? {
            Some(name) => found.push(name),
            None => break,
        }
    }
    Ok(found)
}

/// A node group; none when there is none of that name.
pub(super) async fn describe(client: &Client, cluster: &str, eks_name: &str) -> Result<Option<Nodegroup>> {
    let request = client.describe_nodegroup().cluster_name(cluster).nodegroup_name(eks_name).send();
    let answer = request.await.unless(GONE, &format!("reading node group {eks_name}"))?;
    Ok(answer.and_then(|answer| answer.nodegroup))
}

/// A node group as it is to be.
#[derive(Clone, Debug)]
pub(super) struct Spec<'a> {
    pub(super) of: &'a SpotNodeGroup,
    pub(super) part: Part,
    pub(super) generation: i64,
    pub(super) types: &'a [String],
    pub(super) scaling: Scaling,
    pub(super) tags: &'a Tags,
}

impl Spec<'_> {
    pub(super) fn name(&self) -> String {
        eks_name(&self.of.name, self.part, self.generation)
    }

    pub(super) fn all_tags(&self) -> Tags {
        marked(self.tags, &self.of.name, self.generation)
    }

    /// Asks EKS to create it.
    pub(super) async fn create(&self, client: &Client) -> Result<()> {
        let name = self.name();
        let mut request = client
            .create_nodegroup()
            .cluster_name(&self.of.cluster_name)
            .nodegroup_name(&name)
            .node_role(&self.of.node_role_arn)
            .set_subnets(Some(self.of.subnet_ids.iter().cloned().collect()))
            .set_instance_types(Some(self.types.to_vec()))
            .capacity_type(self.part.capacity())
            .scaling_config(scaling_config(self.scaling.min, self.scaling.max, Some(self.scaling.desired)))
            .set_labels(self.of.labels.clone().map(|labels| labels.into_iter().collect()))
            .set_taints(self.of.taints.as_ref().map(|taints| taints.iter().map(taint).collect()))
            .set_update_config(self.of.update_config.as_ref().map(update_config))
            .set_disk_size(self.of.disk_size.map(whole))
            .set_tags(Some(self.all_tags().into_iter().collect()));
        if let Some(given) = &self.of.launch_template {
            request = request.launch_template(template::specification(given));
        }
        // `CUSTOM` is what EKS answers of a template with an image; it does not want to be told.
        if let Some(ami) = self.of.ami_type.known().filter(|ami| *ami != "CUSTOM") {
            request = request.ami_type(ami.as_str().into());
        }
        request.send().await.doing(&format!("creating node group {name}"))?;
        Ok(())
    }

    /// Whether a node group is what would be created.
    pub(super) fn is_made_of(&self, group: &Nodegroup) -> bool {
        let set = |texts: &[String]| texts.iter().cloned().collect::<BTreeSet<_>>();
        let subnets: BTreeSet<String> = self.of.subnet_ids.iter().cloned().collect();
        set(group.instance_types()) == set(self.types)
            && set(group.subnets()) == subnets
            && group.node_role() == Some(self.of.node_role_arn.as_str())
            && group.capacity_type() == Some(&self.part.capacity())
            && self.of.disk_size.is_none_or(|size| group.disk_size() == Some(whole(size)))
            && self.of.ami_type.known().is_none_or(|ami| group.ami_type().is_some_and(|it| it.as_str() == ami))
            && self.of.launch_template.as_ref().is_none_or(|given| {
                template::observed(group, None)
                    .is_some_and(|it| it.version == given.version && template::is_same(Some(&it), Some(given)))
            })
    }
}

/// Tags, and those that say whose node group it is.
pub(super) fn marked(tags: &Tags, name: &str, generation: i64) -> Tags {
    let own = [(OWNER, name.to_owned()), (GENERATION, generation.to_string())];
    tags.clone().into_iter().chain(own.map(|(key, value)| (key.to_owned(), value))).collect()
}

pub(super) fn scaling_config(min: u32, max: u32, desired: Option<u32>) -> NodegroupScalingConfig {
    let number = |value: u32| i32::try_from(value).unwrap_or(i32::MAX);
    NodegroupScalingConfig::builder()
        .min_size(number(min))
        .max_size(number(max))
        .set_desired_size(desired.map(number))
        .build()
}

pub(super) fn taint(it: &model::Taint) -> Taint {
    let effect = TaintEffect::from(it.effect.as_str());
    Taint::builder().key(&it.key).set_value(it.value.clone()).effect(effect).build()
}

pub(super) fn update_config(it: &model::UpdateConfig) -> NodegroupUpdateConfig {
    NodegroupUpdateConfig::builder()
        .set_max_unavailable(it.max_unavailable.map(whole))
        .set_max_unavailable_percentage(it.max_unavailable_percentage.map(whole))
        .build()
}

/// A number that validation has bounded.
pub(super) fn whole(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
