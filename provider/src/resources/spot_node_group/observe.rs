//! From what EKS says to the state.

use aws_sdk_eks::types::{Nodegroup, TaintEffect};
use tfplugin::prelude::*;

use super::model::{HealthIssue, Scaling, SelectedType, SpotNodeGroup, SpotNodeGroupKey, Taint, UpdateConfig};
use super::remote::{Found, Part, READY};
use super::{sizes, template};
use crate::aws::{Tags, own_tags, without_reserved};
use crate::provider::Clients;

/// The generation that counts: that of the state while it stands, else the newest that was finished, else the newest.
pub(super) fn generation(found: &[Found], prior: Option<i64>) -> Option<i64> {
    let standing = || found.iter().filter(|it| !it.is_lost()).map(|it| it.generation);
    let finished = || found.iter().filter(|it| !it.is_lost() && it.tags().contains_key(READY)).map(|it| it.generation);
    prior
        .filter(|prior| standing().any(|it| it == *prior))
        .or_else(|| finished().max())
        .or_else(|| standing().max())
        .or_else(|| found.iter().map(|it| it.generation).max())
}

/// The state; `rows` says what is known of its types. Nothing without node groups.
pub(super) fn observed(
    found: &[Found],
    key: &SpotNodeGroupKey,
    prior: Option<&SpotNodeGroup>,
    defaults: &Tags,
) -> Option<SpotNodeGroup> {
    let generation = generation(found, prior.and_then(|prior| prior.generation.known().copied()))?;
    let parts: Vec<&Found> = found.iter().filter(|it| it.generation == generation).collect();
    let of = |part: Part| parts.iter().find(|it| it.part == part).map(|it| &it.group);
    let main = of(Part::Spot).or_else(|| of(Part::OnDemand))?;
    let tags: Tags = without_reserved(parts.first()?.tags());
    let instance_types: Set<String> = main.instance_types().iter().cloned().collect();
    let (base, percentage) = share(prior, of(Part::OnDemand), of(Part::Spot));
    Some(SpotNodeGroup {
        cluster_name: key.cluster_name.clone(),
        name: key.name.clone(),
        node_role_arn: main.node_role().unwrap_or_default().to_owned(),
        subnet_ids: main.subnets().iter().cloned().collect(),
        scaling: scaling(&parts, prior),
        instance_requirements: prior.and_then(|prior| prior.instance_requirements.clone()),
        instance_types: match prior {
            Some(prior) => prior.instance_types.clone(),
            None => Some(instance_types),
        },
        min_instance_types: prior.map_or(10, |prior| prior.min_instance_types),
        max_instance_types: prior.map_or(20, |prior| prior.max_instance_types),
        min_families: prior.map_or(1, |prior| prior.min_families),
        min_availability_zones: prior.map_or(1, |prior| prior.min_availability_zones),
        on_demand_base_capacity: base,
        on_demand_percentage_above_base: percentage,
        min_savings_percent: prior.map_or(30, |prior| prior.min_savings_percent),
        max_interruption_rate_percent: prior.and_then(|prior| prior.max_interruption_rate_percent),
        min_placement_score: prior.and_then(|prior| prior.min_placement_score),
        on_breach: prior.map_or_else(|| "warn".to_owned(), |prior| prior.on_breach.clone()),
        reselection: prior.map_or_else(|| "pinned".to_owned(), |prior| prior.reselection.clone()),
        labels: labels(main, prior),
        taints: taints(main, prior),
        update_config: update_config(main, prior),
        launch_template: template::observed(main, prior.and_then(|prior| prior.launch_template.as_ref())),
        disk_size: disk_size(main, prior),
        ami_type: main.ami_type().map(|ami| ami.as_str().to_owned()).into(),
        tags: own_tags(&tags, prior.map(|prior| &prior.tags), defaults),
        tags_all: tags.into(),
        id: format!("{}:{}", key.cluster_name, key.name).into(),
        selected_instance_types: prior.map_or(Computed::Null, |prior| prior.selected_instance_types.clone()),
        estimated_monthly_usd: prior.map_or(Computed::Null, |prior| prior.estimated_monthly_usd.clone()),
        estimated_monthly_savings_usd: prior.map_or(Computed::Null, |it| it.estimated_monthly_savings_usd.clone()),
        placement_score: prior.map_or(Computed::Null, |prior| prior.placement_score.clone()),
        selection_hash: parapet_pricing::spot::hash(main.instance_types().iter().map(String::as_str)).into(),
        generation: generation.into(),
        node_group_names: sorted_names(found).into(),
        health_issues: issues(found).into(),
        timeouts: prior.and_then(|prior| prior.timeouts.clone()),
    })
}

/// Names of the node groups that stand, and of what was left behind.
pub(super) fn sorted_names(found: &[Found]) -> Vec<String> {
    let mut names: Vec<(Part, i64, String)> =
        found.iter().map(|it| (it.part, it.generation, it.name().to_owned())).collect();
    names.sort();
    names.into_iter().map(|(.., name)| name).collect()
}

/// What is known of types without a market.
pub(super) fn bare(name: &str) -> SelectedType {
    SelectedType {
        instance_type: name.to_owned().into(),
        vcpu: Computed::Null,
        memory_mib: Computed::Null,
        on_demand_usd_per_hour: Computed::Null,
        spot_usd_per_hour: Computed::Null,
        savings_percent: Computed::Null,
        interruption_bucket: Computed::Null,
        score: Computed::Null,
        reason: Computed::Null,
        price_source: Computed::Null,
        price_date: Computed::Null,
    }
}

/// After an import the nodes bought on demand are taken to be the base: EKS knows no percentage.
fn share(prior: Option<&SpotNodeGroup>, on_demand: Option<&Nodegroup>, spot: Option<&Nodegroup>) -> (i64, i64) {
    if let Some(prior) = prior {
        return (prior.on_demand_base_capacity, prior.on_demand_percentage_above_base);
    }
    let most = |group: &Nodegroup| group.scaling_config().and_then(|it| it.max_size()).map_or(0, i64::from);
    match (on_demand, spot) {
        (Some(_), None) => (0, 100),
        (Some(on_demand), Some(_)) => (most(on_demand), 0),
        (None, _) => (0, 0),
    }
}

fn scaling(parts: &[&Found], prior: Option<&SpotNodeGroup>) -> Scaling {
    let sum = |number: fn(&aws_sdk_eks::types::NodegroupScalingConfig) -> Option<i32>| -> i64 {
        parts.iter().filter_map(|it| it.group.scaling_config().and_then(number)).map(i64::from).sum()
    };
    Scaling {
        min: sum(|it| it.min_size()),
        max: sum(|it| it.max_size()),
        desired_initial: prior.and_then(|prior| prior.scaling.desired_initial),
    }
}

fn labels(group: &Nodegroup, prior: Option<&SpotNodeGroup>) -> Option<Tags> {
    let labels: Tags = group.labels().into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect();
    // None and an empty map are the same to EKS, and not to Terraform.
    (!labels.is_empty() || prior.is_some_and(|prior| prior.labels.is_some())).then_some(labels)
}

fn taints(group: &Nodegroup, prior: Option<&SpotNodeGroup>) -> Option<Vec<Taint>> {
    let before = prior.and_then(|prior| prior.taints.as_ref());
    let has = group.taints().iter().map(|it| Taint {
        key: it.key().unwrap_or_default().to_owned(),
        value: it.value().filter(|value| !value.is_empty()).map(str::to_owned),
        effect: it.effect().map(TaintEffect::as_str).unwrap_or_default().to_owned(),
    });
    let mut taints: Vec<Taint> = has.collect();
    // EKS has no order; that of the configuration is kept, and an empty value that was written.
    let same = |a: &Taint, b: &Taint| {
        a.key == b.key
            && a.effect == b.effect
            && a.value.as_deref().unwrap_or_default() == b.value.as_deref().unwrap_or_default()
    };
    let place = |taint: &Taint| before.and_then(|before| before.iter().position(|it| same(it, taint)));
    taints.sort_by_key(|taint| place(taint).unwrap_or(usize::MAX));
    for taint in &mut taints {
        if let Some(written) = before.and_then(|before| before.iter().find(|it| same(it, taint))) {
            *taint = written.clone();
        }
    }
    (!taints.is_empty() || before.is_some()).then_some(taints)
}

fn update_config(group: &Nodegroup, prior: Option<&SpotNodeGroup>) -> Option<UpdateConfig> {
    let has = group.update_config()?;
    let found = UpdateConfig {
        max_unavailable: has.max_unavailable().map(i64::from),
        max_unavailable_percentage: has.max_unavailable_percentage().map(i64::from),
    };
    // One node at a time is what EKS begins with.
    let begun = found == UpdateConfig { max_unavailable: Some(1), max_unavailable_percentage: None };
    match prior {
        Some(prior) => prior.update_config.as_ref().map(|_| found),
        None => (!begun).then_some(found),
    }
}

fn disk_size(group: &Nodegroup, prior: Option<&SpotNodeGroup>) -> Option<i64> {
    let has = group.disk_size().map(i64::from)?;
    let usual = sizes::disk(None, &group.ami_type().map(|ami| ami.as_str().to_owned()).into());
    match prior {
        Some(prior) => prior.disk_size.map(|_| has),
        // The usual size is what there is when nothing is said.
        None => (has != usual).then_some(has),
    }
}

/// Says what an imported node group has that its next generation will not have.
pub(super) fn warn_of_losses(cx: &Context<Clients>, found: &Found) {
    let (group, name) = (&found.group, found.name());
    let lost: Vec<&str> = [
        (group.remote_access().is_some(), "SSH access (`remote_access`)"),
        (group.node_repair_config().is_some_and(|it| it.enabled() == Some(true)), "node auto repair"),
    ]
    .into_iter()
    .filter_map(|(has, what)| has.then_some(what))
    .collect();
    if !lost.is_empty() {
        cx.warn(Diagnostic::warning(format!("Node group {name} has what its next generation will not have")).detail(
            format!(
                "Parapet does not know {}. The node group keeps it until other types or subnets are chosen; put what is needed into a \
                 launch template before that.",
                lost.join(" and ")
            ),
        ));
    }
}

/// What ails all node groups, those of other generations among them.
pub(super) fn issues(found: &[Found]) -> Vec<HealthIssue> {
    let of = |it: &Found| {
        let issues = it.group.health().map(|health| health.issues().to_vec()).unwrap_or_default();
        let name = it.name().to_owned();
        issues.into_iter().map(move |issue| HealthIssue {
            node_group: name.clone().into(),
            code: issue.code().map(|code| code.as_str().to_owned()).into(),
            message: issue.message().map(str::to_owned).into(),
            resource_ids: issue.resource_ids().to_vec().into(),
        })
    };
    found.iter().flat_map(of).collect()
}
