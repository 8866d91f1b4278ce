//! Bringing the node groups of a cluster to what is planned, from wherever an earlier attempt has left them.
//!
//! First what is missing is created and awaited, with as many nodes as what it stands in for; then what stays is changed, what grows
//! before what shrinks; last what is no longer wanted is deleted. So there are never fewer nodes than the minimum, and what a killed
//! run has left behind is either used or deleted.

use std::time::Duration;

use aws_sdk_eks::types::{Nodegroup, NodegroupStatus};
use parapet_pricing::spot::{Scaling, Split};
use tfplugin::prelude::*;

use super::changes::{self, Changes};
use super::model::SpotNodeGroup;
use super::remote::{self, ADOPTED, Found, GONE, Part, READY, Spec};
use super::sizes::Sizes;
use crate::aws::{AwsResult, Deadline, Look, Progress, Tags, accepted, until};
use crate::provider::Clients;

/// Longest time for taking back what came to nothing.
const CLEAN_UP: Duration = Duration::from_secs(15 * 60);

/// What is to be, and how to get there.
pub(super) struct Target<'a> {
    pub(super) cx: &'a Context<Clients>,
    pub(super) client: aws_sdk_eks::Client,
    pub(super) plan: &'a SpotNodeGroup,
    pub(super) generation: i64,
    /// Types by name, sorted.
    pub(super) types: Vec<String>,
    /// Visible tags.
    pub(super) tags: Tags,
    pub(super) deadline: Deadline,
    /// Whether a node group that somebody else has made is among the present ones.
    pub(super) adopts: bool,
    /// Whether node groups that come to nothing are deleted at once: the earlier generation still stands.
    pub(super) clean_up: bool,
}

impl Target<'_> {
    fn cluster(&self) -> &str {
        &self.plan.cluster_name
    }

    pub(super) async fn find(&self) -> Result<Vec<Found>> {
        remote::find(&self.client, self.cluster(), &self.plan.name, self.adopts).await
    }

    /// Everything; the node groups afterwards.
    pub(super) async fn reach(&self, found: Vec<Found>) -> Result<Vec<Found>> {
        let specs = self.specs(&found)?;
        let mut made = Vec::new();
        let created = self.create_missing(&specs, &found, &mut made).await;
        if let (Err(error), true) = (&created, self.clean_up) {
            self.take_back(&made, error).await;
        }
        created?;
        self.change(&specs, &found, &made).await?;
        let wanted: Vec<String> = specs.iter().map(Spec::name).collect();
        for old in found.iter().filter(|it| !wanted.iter().any(|name| name == it.name())) {
            self.delete(old.name(), self.deadline).await?;
        }
        let reached = self.find().await?;
        for it in &reached {
            let mut tags = remote::marked(&self.tags, &self.plan.name, it.generation);
            tags.insert(READY.to_owned(), "true".to_owned());
            changes::set_tags(&self.client, it, &tags).await?;
        }
        self.find().await
    }

    /// The parts, each with its number of nodes.
    fn specs(&self, found: &[Found]) -> Result<Vec<Spec<'_>>> {
        let sizes = Sizes::of(self.plan);
        let standing: Vec<&Found> = found.iter().filter(|it| !it.is_lost()).collect();
        // Of generations beside each other the older one has the nodes.
        let oldest = standing.iter().map(|it| it.generation).min();
        let live = |part: Part| {
            standing.iter().find(|it| Some(it.generation) == oldest && it.part == part).map(|it| it.live())
        };
        let total = match oldest {
            Some(_) => [Part::OnDemand, Part::Spot].into_iter().filter_map(live).sum(),
            None => sizes.initial(),
        };
        let Split { spot, on_demand } = sizes.at(total)?;
        let spec = |part: Part, scaling: Scaling| {
            let desired = live(part).unwrap_or(scaling.desired).clamp(scaling.min, scaling.max);
            Spec {
                of: self.plan,
                part,
                generation: self.generation,
                types: &self.types,
                scaling: Scaling { desired, ..scaling },
                tags: &self.tags,
            }
        };
        let parts = [(Part::OnDemand, on_demand), (Part::Spot, spot)];
        Ok(parts.into_iter().filter_map(|(part, scaling)| scaling.map(|scaling| spec(part, scaling))).collect())
    }

    async fn create_missing(&self, specs: &[Spec<'_>], found: &[Found], made: &mut Vec<String>) -> Result<()> {
        for spec in specs {
            let name = spec.name();
            match found.iter().find(|it| it.name() == name) {
                // Nodes depend on a generation that was finished; only leftovers of an attempt are thrown away.
                Some(it) if !it.is_lost() && (is_finished(it) || spec.is_made_of(&it.group)) => continue,
                Some(_) => self.delete(&name, self.deadline).await?,
                None => {}
            }
            made.push(name);
            spec.create(&self.client).await?;
        }
        for spec in specs {
            self.active(&spec.name()).await?;
        }
        Ok(())
    }

    /// Waits for the first nodes.
    async fn active(&self, name: &str) -> Result<()> {
        until(self.cx, self.deadline, &format!("node group {name}"), || async {
            let request = self.client.describe_nodegroup().cluster_name(self.cluster()).nodegroup_name(name).send();
            let Some(answer) = request.await.look_unless(GONE, "reading the state of a node group")? else {
                return Err(Error::new(format!("Node group {name} is gone"))
                    .detail("Somebody deleted it meanwhile. Apply again to create it anew.")
                    .into());
            };
            let Some(group) = answer.nodegroup else { return Ok(Progress::Waiting("none".to_owned())) };
            match group.status() {
                Some(NodegroupStatus::Active | NodegroupStatus::Degraded) => Ok(Progress::Done(())),
                Some(NodegroupStatus::CreateFailed) => Err(failed(name, &group).into()),
                status => Ok(Progress::Waiting(status.map_or("unknown", NodegroupStatus::as_str).to_owned())),
            }
        })
        .await
    }

    /// Changes what was there before, what grows first.
    async fn change(&self, specs: &[Spec<'_>], found: &[Found], made: &[String]) -> Result<()> {
        let mut kept: Vec<(&Spec<'_>, &Found)> = specs
            .iter()
            .filter(|spec| !made.contains(&spec.name()))
            .filter_map(|spec| Some((spec, found.iter().find(|it| it.name() == spec.name())?)))
            .collect();
        kept.sort_by_key(|(spec, it)| {
            let before = it.group.scaling_config().and_then(|scaling| scaling.min_size()).unwrap_or_default();
            i64::from(before) - i64::from(spec.scaling.min)
        });
        for (spec, it) in kept {
            let changes = Changes::new(spec, it);
            changes.send(self.cx, &self.client, self.deadline, self.cluster(), it.name()).await?;
            changes::move_to_template(self.cx, &self.client, self.deadline, self.plan, it).await?;
            changes::set_tags(&self.client, it, spec.tags).await?;
        }
        Ok(())
    }

    /// Deletes what was made for nothing; says so where it stays.
    async fn take_back(&self, made: &[String], error: &Error) {
        if self.cx.is_stopped() {
            return;
        }
        for name in made {
            if let Err(left) = self.delete(name, Deadline::after(CLEAN_UP)).await {
                let causes = |error: &Error| {
                    error.diagnostics().iter().map(|it| it.summary.clone()).collect::<Vec<_>>().join("; ")
                };
                self.cx.warn(Diagnostic::warning(format!("Node group {name} is left behind")).detail(format!(
                    "It came to nothing ({}), and deleting it failed ({}). The next apply deletes it or uses it.",
                    causes(error),
                    causes(&left),
                )));
            }
        }
    }

    /// Deletes a node group and waits until it is gone.
    pub(super) async fn delete(&self, name: &str, deadline: Deadline) -> Result<()> {
        delete(self.cx, &self.client, deadline, self.cluster(), name).await
    }
}

pub(super) async fn delete(
    cx: &Context<Clients>,
    client: &aws_sdk_eks::Client,
    deadline: Deadline,
    cluster: &str,
    name: &str,
) -> Result<()> {
    const BUSY: &str = "ResourceInUseException";
    let request = client.delete_nodegroup().cluster_name(cluster).nodegroup_name(name);
    let describe = client.describe_nodegroup().cluster_name(cluster).nodegroup_name(name);
    let deleting = remote::describe(client, cluster, name).await?;
    // One that is on its way already does not take another word.
    if deleting.is_some_and(|it| it.status() != Some(&NodegroupStatus::Deleting)) {
        let what = format!("node group {name} to be free for deletion");
        let answer = accepted(cx, deadline, &what, |code, _| code == BUSY, || request.clone().send()).await?;
        answer.unless(GONE, &format!("deleting node group {name}"))?;
    }
    until(cx, deadline, &format!("node group {name} to be gone"), || async {
        let Some(answer) = describe.clone().send().await.look_unless(GONE, "reading the state of a node group")? else {
            return Ok(Progress::Done(()));
        };
        let Some(group) = answer.nodegroup else { return Ok(Progress::Done(())) };
        match group.status() {
            Some(NodegroupStatus::DeleteFailed) => Err(failed(name, &group).into()),
            status => Ok(Progress::Waiting(status.map_or("unknown", NodegroupStatus::as_str).to_owned())),
        }
    })
    .await
}

/// Brought to its end by Parapet, or by somebody else.
fn is_finished(it: &Found) -> bool {
    it.generation == ADOPTED || it.tags().contains_key(READY)
}

/// What EKS says of a node group that came to nothing.
fn failed(name: &str, group: &Nodegroup) -> Error {
    let status = group.status().map_or("unknown", NodegroupStatus::as_str);
    let issues = group.health().map(|health| health.issues()).unwrap_or_default();
    let issue = |issue: &aws_sdk_eks::types::Issue| {
        let code = issue.code().map_or("an issue", aws_sdk_eks::types::NodegroupIssueCode::as_str);
        let resources = issue.resource_ids().join(", ");
        let of = if resources.is_empty() { resources } else { format!(" ({resources})") };
        format!("{code}{of}: {}", issue.message().unwrap_or_default())
    };
    let said: Vec<String> = issues.iter().map(issue).collect();
    let said =
        if said.is_empty() { "EKS does not say why.".to_owned() } else { format!("EKS says {}", said.join("; ")) };
    Error::new(format!("Node group {name} is {status}")).detail(said)
}
