//! What is changed on a node group that stays.

use aws_sdk_eks::types::{
    AmiTypes, NodegroupScalingConfig, NodegroupUpdateConfig, Taint, Update, UpdateLabelsPayload, UpdateStatus,
    UpdateTaintsPayload,
};
use tfplugin::prelude::*;

use super::model::SpotNodeGroup;
use super::remote::{self, Found, Spec};
use super::template;
use crate::aws::{AwsResult, Deadline, Look, Progress, TagChanges, Tags, accepted, until};
use crate::provider::Clients;

/// Another change is under way.
const BUSY: &str = "ResourceInUseException";

/// What to send; what is none is left alone.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pub(super) scaling: Option<NodegroupScalingConfig>,
    pub(super) labels: Option<UpdateLabelsPayload>,
    pub(super) taints: Option<UpdateTaintsPayload>,
    pub(super) update_config: Option<NodegroupUpdateConfig>,
}

impl Changes {
    pub(super) fn new(spec: &Spec<'_>, found: &Found) -> Self {
        Self {
            scaling: scaling(spec, found),
            labels: labels(spec, found),
            taints: taints(spec, found),
            update_config: update_config(spec, found),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.scaling.is_none() && self.labels.is_none() && self.taints.is_none() && self.update_config.is_none()
    }

    /// Sends them all in one update, and waits until it is in force.
    pub(super) async fn send(
        self,
        cx: &Context<Clients>,
        client: &aws_sdk_eks::Client,
        deadline: Deadline,
        cluster: &str,
        name: &str,
    ) -> Result<()> {
        if self.is_empty() {
            return Ok(());
        }
        let request = client
            .update_nodegroup_config()
            .cluster_name(cluster)
            .nodegroup_name(name)
            .set_scaling_config(self.scaling)
            .set_labels(self.labels)
            .set_taints(self.taints)
            .set_update_config(self.update_config);
        let what = format!("node group {name} to be free for a change");
        let answer = accepted(cx, deadline, &what, |code, _| code == BUSY, || request.clone().send()).await?;
        let update = answer.doing(&format!("changing node group {name}"))?.update;
        finished(cx, client, deadline, (cluster, name), update).await
    }
}

/// Waits until an update is in force.
async fn finished(
    cx: &Context<Clients>,
    client: &aws_sdk_eks::Client,
    deadline: Deadline,
    (cluster, name): (&str, &str),
    update: Option<Update>,
) -> Result<()> {
    let Some(id) = update.and_then(|update| update.id) else { return Ok(()) };
    let what = format!("the change of node group {name}");
    until(cx, deadline, &what, || async {
        let request = client.describe_update().name(cluster).nodegroup_name(name).update_id(&id).send();
        let answer = request.await.look("reading the state of a change")?;
        let Some(update) = answer.update else { return Ok(Progress::Waiting("none".to_owned())) };
        match update.status() {
            Some(UpdateStatus::Successful) => Ok(Progress::Done(())),
            Some(UpdateStatus::Failed | UpdateStatus::Cancelled) => {
                let why: Vec<String> = update
                    .errors()
                    .iter()
                    .map(|error| {
                        let code = error.error_code().map_or("an error", aws_sdk_eks::types::ErrorCode::as_str);
                        format!("{code}: {}", error.error_message().unwrap_or_default())
                    })
                    .collect();
                Err(Error::new(format!("Node group {name} was not changed"))
                    .detail(format!("EKS took the change back. It says {}", why.join("; ")))
                    .into())
            }
            status => Ok(Progress::Waiting(status.map_or("unknown", UpdateStatus::as_str).to_owned())),
        }
    })
    .await
}

/// Gives a node group another version of its launch template. EKS starts new nodes before it takes old ones away.
pub(super) async fn move_to_template(
    cx: &Context<Clients>,
    client: &aws_sdk_eks::Client,
    deadline: Deadline,
    of: &SpotNodeGroup,
    found: &Found,
) -> Result<()> {
    let (Some(given), name) = (&of.launch_template, found.name()) else { return Ok(()) };
    let has = found.group.launch_template().and_then(|it| it.version());
    if has == Some(given.version.as_str()) {
        return Ok(());
    }
    // EKS would also move to the cluster's Kubernetes and the newest image, which nobody asked for. An image of the template's own has
    // no such versions.
    let pinned = found.group.ami_type() != Some(&AmiTypes::Custom);
    let request = client
        .update_nodegroup_version()
        .cluster_name(&of.cluster_name)
        .nodegroup_name(name)
        .launch_template(template::specification(given))
        .set_version(found.group.version().filter(|_| pinned).map(str::to_owned))
        .set_release_version(found.group.release_version().filter(|_| pinned).map(str::to_owned));
    let what = format!("node group {name} to be free for a change");
    let answer = accepted(cx, deadline, &what, |code, _| code == BUSY, || request.clone().send()).await?;
    let update = answer.doing(&format!("moving node group {name} to another launch template version"))?.update;
    finished(cx, client, deadline, (&of.cluster_name, name), update).await
}

/// Bounds; the number of nodes with them only where it would lie outside, as EKS refuses the one without the other then.
fn scaling(spec: &Spec<'_>, found: &Found) -> Option<NodegroupScalingConfig> {
    let has = found.group.scaling_config();
    let is = |number: Option<i32>, wanted: u32| number.and_then(|it| u32::try_from(it).ok()) == Some(wanted);
    let (min, max) = (spec.scaling.min, spec.scaling.max);
    if is(has.and_then(|it| it.min_size()), min) && is(has.and_then(|it| it.max_size()), max) {
        return None;
    }
    let live = found.live();
    let within = live.clamp(min, max.max(min));
    Some(remote::scaling_config(min, max, (within != live).then_some(within)))
}

fn labels(spec: &Spec<'_>, found: &Found) -> Option<UpdateLabelsPayload> {
    let wanted = spec.of.labels.clone().unwrap_or_default();
    let has: Tags =
        found.group.labels().into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect();
    let set = wanted.iter().filter(|(key, value)| has.get(*key) != Some(value));
    let set: std::collections::HashMap<_, _> = set.map(|(key, value)| (key.clone(), value.clone())).collect();
    let remove: Vec<String> = has.keys().filter(|key| !wanted.contains_key(*key)).cloned().collect();
    (!set.is_empty() || !remove.is_empty()).then(|| {
        UpdateLabelsPayload::builder()
            .set_add_or_update_labels((!set.is_empty()).then_some(set))
            .set_remove_labels((!remove.is_empty()).then_some(remove))
            .build()
    })
}

fn taints(spec: &Spec<'_>, found: &Found) -> Option<UpdateTaintsPayload> {
    let wanted: Vec<Taint> = spec.of.taints.iter().flatten().map(remote::taint).collect();
    let has = found.group.taints();
    let same = |a: &Taint, b: &Taint| a.key() == b.key() && a.effect() == b.effect();
    let equal = |a: &Taint, b: &Taint| same(a, b) && a.value().unwrap_or_default() == b.value().unwrap_or_default();
    let set: Vec<Taint> = wanted.iter().filter(|it| !has.iter().any(|other| equal(it, other))).cloned().collect();
    let remove: Vec<Taint> = has.iter().filter(|it| !wanted.iter().any(|other| same(it, other))).cloned().collect();
    (!set.is_empty() || !remove.is_empty()).then(|| {
        UpdateTaintsPayload::builder()
            .set_add_or_update_taints((!set.is_empty()).then_some(set))
            .set_remove_taints((!remove.is_empty()).then_some(remove))
            .build()
    })
}

fn update_config(spec: &Spec<'_>, found: &Found) -> Option<NodegroupUpdateConfig> {
    // What is left out is EKS's to choose, and begins with one node.
    let wanted = spec.of.update_config.as_ref().map(remote::update_config)?;
    let same = found.group.update_config().is_some_and(|has| {
        has.max_unavailable() == wanted.max_unavailable()
            && has.max_unavailable_percentage() == wanted.max_unavailable_percentage()
    });
    (!same).then_some(wanted)
}

/// Sets and removes tags.
pub(super) async fn set_tags(client: &aws_sdk_eks::Client, found: &Found, wanted: &Tags) -> Result<()> {
    let changes = TagChanges::new(&found.tags(), wanted);
    let Some(arn) = found.group.nodegroup_arn() else { return Ok(()) };
    if !changes.set.is_empty() {
        let request = client.tag_resource().resource_arn(arn).set_tags(Some(changes.set.into_iter().collect()));
        request.send().await.doing(&format!("tagging node group {}", found.name()))?;
    }
    if !changes.remove.is_empty() {
        let request = client.untag_resource().resource_arn(arn).set_tag_keys(Some(changes.remove));
        request.send().await.doing(&format!("removing tags of node group {}", found.name()))?;
    }
    Ok(())
}
