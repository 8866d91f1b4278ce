//! `parapet_spot_node_group`

mod asked;
mod changes;
mod choice;
mod market;
mod model;
mod observe;
mod planning;
mod reconcile;
mod remote;
mod sizes;
mod template;
mod validation;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use tfplugin::prelude::*;

pub(crate) use asked::Asked;
pub(crate) use choice::choose;
pub(crate) use market::{placement, prices, zones_of};
pub(crate) use model::{InstanceRequirements, SelectedType, SpotNodeGroup};
pub(crate) use remote::{names, owner};

use crate::aws::wanted_tags;
use crate::provider::Clients;
use choice::{Choice, NoChoice};
use reconcile::Target;
use remote::{Found, READY, is_adopted};
use sizes::Sizes;

impl Resource for SpotNodeGroup {
    type Clients = Clients;
    const IMPORT_SEPARATOR: char = ':';

    fn validate(config: View<'_, Self>, problems: &mut Problems) {
        validation::check(config, problems);
    }

    async fn plan(cx: &Context<Clients>, plan: &mut Plan<'_, Self>) -> Result<()> {
        planning::plan(cx, plan).await
    }

    async fn create(cx: &Context<Clients>, mut plan: Self, saved: &mut Saved<Self>) -> Result<Self> {
        let aws = cx.aws().await?;
        if plan.selected_instance_types.known().is_none() {
            choose_now(cx, &mut plan).await?;
        }
        let tags = wanted_tags(aws, plan.tags.as_ref());
        plan.tags_all = tags.clone().into();
        plan.generation = 1.into();
        let deadline = plan.create_deadline()?;
        let client = aws.eks(aws.region());
        let found = remote::find(&client, &plan.cluster_name, &plan.name, false).await?;
        if found.iter().any(|it| it.tags().contains_key(READY)) {
            return Err(exists(&plan));
        }
        // From here on there may be node groups that cost money, whatever becomes of the answers.
        let mut so_far = plan.clone();
        complete(&mut so_far, &found);
        saved.checkpoint(&so_far);
        let target = target(cx, client, (&plan, 1), tags, deadline, Present::default());
        let reached = target.reach(found).await?;
        place(cx, &mut plan).await;
        complete(&mut plan, &reached);
        Ok(plan)
    }

    async fn read(cx: &Context<Clients>, key: &Key<Self>, prior: Option<&Self>) -> Result<Option<Self>> {
        let aws = cx.aws().await?;
        let client = aws.eks(aws.region());
        let mut found = remote::find(&client, &key.cluster_name, &key.name, prior.is_some_and(is_adopted)).await?;
        if prior.is_none() && found.is_empty() {
            found = remote::find(&client, &key.cluster_name, &key.name, true).await?;
            found.iter().for_each(|it| observe::warn_of_losses(cx, it));
        }
        let Some(mut group) = observe::observed(&found, key, prior, &aws.tags(None)) else { return Ok(None) };
        // What is known of the types is kept while they are the same.
        let types: Vec<String> = types_of(&found, group.generation.known().copied());
        let known: BTreeSet<&String> = group
            .selected_instance_types
            .known()
            .into_iter()
            .flatten()
            .filter_map(|row| row.instance_type.known())
            .collect();
        if known != types.iter().collect() {
            describe(cx, &mut group, &types).await;
        }
        Ok(Some(group))
    }

    async fn update(cx: &Context<Clients>, prior: Self, mut plan: Self, saved: &mut Saved<Self>) -> Result<Self> {
        let aws = cx.aws().await?;
        if plan.selected_instance_types.known().is_none() {
            plan.selected_instance_types = prior.selected_instance_types.clone();
            plan.selection_hash = prior.selection_hash.clone();
        }
        let tags = wanted_tags(aws, plan.tags.as_ref());
        plan.tags_all = tags.clone().into();
        let before = prior.generation.known().copied().unwrap_or(1);
        let generation = match plan.generation.known() {
            Some(planned) => *planned,
            None => before + i64::from(is_remade(&prior, &plan)),
        };
        plan.generation = generation.into();
        let deadline = plan.update_deadline()?;
        let client = aws.eks(aws.region());
        let adopts = is_adopted(&prior);
        let found = remote::find(&client, &plan.cluster_name, &plan.name, adopts).await?;
        let present = Present { adopts, stands: generation != before };
        let target = target(cx, client, (&plan, generation), tags, deadline, present);
        let reached = match target.reach(found).await {
            Ok(reached) => reached,
            Err(error) => {
                // Which generation counts from here on is for the next refresh to see.
                saved.checkpoint(&prior);
                return Err(error);
            }
        };
        place(cx, &mut plan).await;
        complete(&mut plan, &reached);
        Ok(plan)
    }

    async fn delete(cx: &Context<Clients>, prior: Self) -> Result<()> {
        let aws = cx.aws().await?;
        let client = aws.eks(aws.region());
        let deadline = prior.delete_deadline()?;
        for it in remote::find(&client, &prior.cluster_name, &prior.name, is_adopted(&prior)).await? {
            reconcile::delete(cx, &client, deadline, &prior.cluster_name, it.name()).await?;
        }
        Ok(())
    }
}

/// What there is beside what is to be made.
#[derive(Clone, Copy, Default)]
struct Present {
    /// A node group that somebody else has made may be among it.
    adopts: bool,
    /// An earlier generation stands, so that what comes to nothing can go.
    stands: bool,
}

fn target<'a>(
    cx: &'a Context<Clients>,
    client: aws_sdk_eks::Client,
    (plan, generation): (&'a SpotNodeGroup, i64),
    tags: crate::aws::Tags,
    deadline: crate::aws::Deadline,
    present: Present,
) -> Target<'a> {
    let rows = plan.selected_instance_types.known().into_iter().flatten();
    let mut types: Vec<String> = rows.filter_map(|row| row.instance_type.known().cloned()).collect();
    types.sort_unstable();
    let Present { adopts, stands: clean_up } = present;
    Target { cx, client, plan, generation, types, tags, deadline, adopts, clean_up }
}

fn exists(plan: &SpotNodeGroup) -> Error {
    Error::new(format!("Node group {} exists already", plan.name)).detail(format!(
        "Cluster {cluster} has node groups that Parapet made under this name. Import them with `terraform import <address> \
         {cluster}:{name}`, or choose another name.",
        cluster = plan.cluster_name,
        name = plan.name,
    ))
}

/// Whether EKS has to make the node groups anew: what was unknown while planning is known now.
fn is_remade(prior: &SpotNodeGroup, plan: &SpotNodeGroup) -> bool {
    prior.subnet_ids != plan.subnet_ids
        || prior.node_role_arn != plan.node_role_arn
        || sizes::disk(prior.disk_size, &plan.ami_type) != sizes::disk(plan.disk_size, &plan.ami_type)
        || !template::is_same(prior.launch_template.as_ref(), plan.launch_template.as_ref())
        || (plan.ami_type.known().is_some() && prior.ami_type != plan.ami_type)
}

/// Chooses when something was unknown while planning.
async fn choose_now(cx: &Context<Clients>, plan: &mut SpotNodeGroup) -> Result<()> {
    let aws = cx.aws().await?;
    let sizes = Sizes::of(plan);
    let split = sizes.at(sizes.initial())?;
    let mut asked = Asked::of(plan, split.spot.is_some());
    asked.zones = planning::zones(cx, aws, &plan.subnet_ids).await;
    let only = plan.instance_types.as_ref().map(|names| names.iter().filter_map(|it| it.parse().ok()).collect());
    let capacity = split.spot.map_or(1, |spot| spot.max);
    let chosen = choose(cx, &asked.requirements()?, only.as_ref(), capacity).await?;
    let choice = chosen.map_err(NoChoice::into_error)?;
    planning::warn_of_gaps(cx, &choice);
    keep(plan, &choice)?;
    if plan.launch_template.is_none() && plan.ami_type.known().is_none() {
        plan.ami_type = choice::image(choice.selection.shape).to_owned().into();
    }
    Ok(())
}

/// Asks for the placement score of a new choice.
async fn place(cx: &Context<Clients>, group: &mut SpotNodeGroup) {
    if group.placement_score != Computed::Unknown {
        return;
    }
    let rows = group.selected_instance_types.known().into_iter().flatten();
    let types: Vec<String> = rows.filter_map(|row| row.instance_type.known().cloned()).collect();
    let sizes = Sizes::of(group);
    let spot = sizes.at(sizes.initial()).ok().and_then(|split| split.spot);
    let score = match (cx.aws().await, spot) {
        (Ok(aws), Some(spot)) => market::placement(aws, &types, spot.max).await.ok().flatten(),
        _ => None,
    };
    group.placement_score = score.map(i64::from).into();
}

/// Puts a choice into the state.
fn keep(group: &mut SpotNodeGroup, choice: &Choice) -> Result<()> {
    let sizes = Sizes::of(group);
    let (cost, savings) = choice.monthly(&sizes.at(sizes.initial())?)?;
    group.selected_instance_types = choice.rows().into();
    group.selection_hash = choice.selection.hash.clone().into();
    group.estimated_monthly_usd = cost.into();
    group.estimated_monthly_savings_usd = savings.into();
    Ok(())
}

/// What the market says of types that are not in the state: after an import, or when a run was killed before it wrote the state.
async fn describe(cx: &Context<Clients>, group: &mut SpotNodeGroup, types: &[String]) {
    let described = async {
        let aws = cx.aws().await?;
        let asked = Asked {
            instance_types: Some(types.iter().cloned().collect()),
            requirements: None,
            min_families: 1,
            min_availability_zones: 1,
            min_savings_percent: 0,
            max_interruption_rate_percent: None,
            min_placement_score: None,
            zones: zones_of(aws, &group.subnet_ids).await.unwrap_or_default(),
            ..Asked::of(group, true)
        };
        let only = types.iter().filter_map(|it| it.parse().ok()).collect();
        choose(cx, &asked.requirements()?, Some(&only), 1).await?.map_err(NoChoice::into_error)
    };
    let kept = match described.await {
        Ok(choice) => keep(group, &choice).is_ok(),
        Err(_) => false,
    };
    if !kept {
        // Types that EC2 has no more, or of different shapes: their names are known all the same.
        group.selected_instance_types = types.iter().map(|name| observe::bare(name)).collect::<Vec<_>>().into();
        group.estimated_monthly_usd = Computed::Null;
        group.estimated_monthly_savings_usd = Computed::Null;
    }
}

/// Types of a generation, sorted.
fn types_of(found: &[Found], generation: Option<i64>) -> Vec<String> {
    let main = found.iter().rfind(|it| Some(it.generation) == generation);
    let mut types = main.map(|it| it.group.instance_types().to_vec()).unwrap_or_default();
    types.sort_unstable();
    types
}

/// Fills in what only EKS knows. What is known was planned, and stays.
fn complete(group: &mut SpotNodeGroup, found: &[Found]) {
    let main = found.iter().find(|it| Some(&it.generation) == group.generation.known());
    if group.ami_type.known().is_none() {
        group.ami_type = main.and_then(|it| it.group.ami_type()).map(|ami| ami.as_str().to_owned()).into();
    }
    if group.id.known().is_none() {
        group.id = format!("{}:{}", group.cluster_name, group.name).into();
    }
    if group.node_group_names.known().is_none() {
        group.node_group_names = observe::sorted_names(found).into();
    }
    for amount in [&mut group.estimated_monthly_usd, &mut group.estimated_monthly_savings_usd] {
        if *amount == Computed::Unknown {
            *amount = Computed::Null;
        }
    }
    group.health_issues = observe::issues(found).into();
}
