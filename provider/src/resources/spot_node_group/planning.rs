//! Planning: which types, and whether the node groups have to be made anew.

use parapet_pricing::spot::{Reselection, Split};
use tfplugin::prelude::*;

use super::asked::Asked;
use super::choice::{self, Choice, Verdict, blamed, told, types_of};
use super::market;
use super::model::SpotNodeGroup;
use super::remote::{ADOPTED, Part, eks_name};
use super::sizes::{self, Sizes};
use super::template;
use crate::aws::{Aws, plan_all_tags};
use crate::provider::Clients;

pub(super) async fn plan(cx: &Context<Clients>, plan: &mut Plan<'_, SpotNodeGroup>) -> Result<()> {
    let aws = cx.aws().await?;
    let paths = SpotNodeGroup::paths();
    plan_all_tags(aws, plan, &paths.tags, &paths.tags_all);
    if let (Known::Value(cluster), Known::Value(name)) = (plan.get(&paths.cluster_name), plan.get(&paths.name)) {
        plan.set(&paths.id, format!("{cluster}:{name}"));
    }
    let sizes = Sizes::planned(plan);
    let split = sizes.as_ref().map(|sizes| sizes.at(sizes.initial())).transpose()?;
    let asked = match &split {
        Some(split) => ask(cx, aws, plan, split).await?,
        None => None,
    };
    let new = match asked.zip(split.as_ref()) {
        Some((asked, split)) if plan.get(&paths.subnet_ids) == Known::Unknown => {
            preview(cx, aws, plan, &asked, split).await?;
            unknown_choice(plan);
            None
        }
        Some((asked, split)) => decide(cx, plan, &asked, split).await?,
        None => {
            unknown_choice(plan);
            None
        }
    };
    if let (Some(choice), Some(split)) = (&new, &split) {
        warn_of_gaps(cx, choice);
        set_choice(plan, choice, split)?;
    } else if let (false, Some(split)) = (plan.is_create(), &split) {
        resize(plan, split)?;
    }
    let image = template::check(cx, aws, plan).await?;
    generation(plan, new.is_some(), sizes.as_ref(), image);
    names(plan, sizes.as_ref());
    Ok(())
}

/// Terraform plans again when everything is known, right before it applies.
fn unknown_choice(plan: &mut Plan<'_, SpotNodeGroup>) {
    let paths = SpotNodeGroup::paths();
    plan.set_unknown(&paths.selected_instance_types);
    plan.set_unknown(&paths.selection_hash);
    plan.set_unknown(&paths.estimated_monthly_usd);
    plan.set_unknown(&paths.estimated_monthly_savings_usd);
    plan.set_unknown(&paths.placement_score);
    if plan.config().get(&paths.ami_type) == Known::Null {
        plan.set_unknown(&paths.ami_type);
    }
}

/// Says what would be chosen in a region whose zones all count. Where there is nothing, some of its zones have nothing either.
async fn preview(
    cx: &Context<Clients>,
    aws: &Aws,
    plan: &Plan<'_, SpotNodeGroup>,
    asked: &Asked,
    split: &Split,
) -> Result<()> {
    if !plan.is_create() {
        return Ok(());
    }
    let only = asked.instance_types.as_ref().map(|names| names.iter().filter_map(|it| it.parse().ok()).collect());
    let capacity = split.spot.map_or(1, |spot| spot.max);
    let chosen = choice::choose(cx, &asked.requirements()?, only.as_ref(), capacity).await?;
    let choice = chosen.map_err(choice::NoChoice::into_error)?;
    let text = |row: &super::model::SelectedType| {
        let usd = |it: &Computed<f64>| it.known().map_or_else(|| "unknown".to_owned(), |usd| format!("{usd} USD"));
        format!(
            "  {}: Spot {}, on demand {} an hour",
            row.instance_type.known().map_or("", String::as_str),
            usd(&row.spot_usd_per_hour),
            usd(&row.on_demand_usd_per_hour),
        )
    };
    let rows: Vec<String> = choice.rows().iter().map(text).collect();
    cx.warn(
        Diagnostic::warning("Instance types are chosen when the subnets exist")
            .detail(format!("Their zones decide. With all zones of {} it would be:\n{}", aws.region(), rows.join("\n")))
            .at(SpotNodeGroup::paths().subnet_ids),
    );
    Ok(())
}

/// What is asked; nothing while a part is unknown.
async fn ask(cx: &Context<Clients>, aws: &Aws, plan: &Plan<'_, SpotNodeGroup>, split: &Split) -> Result<Option<Asked>> {
    let Some(mut asked) = Asked::planned(plan, split.spot.is_some()) else { return Ok(None) };
    if let Known::Value(subnets) = plan.get(&SpotNodeGroup::paths().subnet_ids) {
        asked.zones = zones(cx, aws, &subnets).await;
    }
    Ok(Some(asked))
}

/// Zones of the subnets; none, with a warning, when they cannot be read.
pub(super) async fn zones(
    cx: &Context<Clients>,
    aws: &Aws,
    subnets: &Set<String>,
) -> std::collections::BTreeSet<String> {
    market::zones_of(aws, subnets).await.unwrap_or_else(|error| {
        let causes: Vec<String> =
            error.diagnostics().iter().map(|it| format!("{}. {}", it.summary, it.detail)).collect();
        cx.warn(
            Diagnostic::warning("The zones of the subnets are unknown")
                .detail(format!("Types are chosen by what all zones of the region offer. {}", causes.join(" ")))
                .at(SpotNodeGroup::paths().subnet_ids),
        );
        std::collections::BTreeSet::new()
    })
}

/// A new choice, when there is one to be made.
async fn decide(
    cx: &Context<Clients>,
    plan: &Plan<'_, SpotNodeGroup>,
    asked: &Asked,
    split: &Split,
) -> Result<Option<Choice>> {
    let paths = SpotNodeGroup::paths();
    let requirements = asked.requirements()?;
    let capacity = split.spot.map_or(1, |spot| spot.max);
    let only = asked.instance_types.as_ref().map(|names| names.iter().filter_map(|it| it.parse().ok()).collect());
    let prior = plan.prior().get(&paths.selected_instance_types).value().map(|rows| types_of(&rows));
    let Some(prior) = prior.filter(|prior| !prior.is_empty()) else {
        let chosen = choice::choose(cx, &requirements, only.as_ref(), capacity).await?;
        return chosen.map(Some).map_err(choice::NoChoice::into_error);
    };
    let configured: Reselection =
        plan.get(&paths.reselection).value().and_then(|text| text.parse().ok()).unwrap_or_default();
    let mode = match configured {
        Reselection::Pinned if asks_anew(plan) => Reselection::OnBreach,
        other => other,
    };
    let strict = plan.get(&paths.on_breach) == Known::Value("error".to_owned());
    let breach = |breaches: &[_], more: &str| {
        let text = format!("What no longer holds:\n{}\n{more}", told(breaches));
        let diagnostic = if strict { Diagnostic::error } else { Diagnostic::warning };
        diagnostic("The chosen instance types no longer fulfil the requirements").detail(text).at(blamed(breaches))
    };
    let tell = |diagnostic: Diagnostic| {
        if strict {
            return Err(Error::from(diagnostic));
        }
        cx.warn(diagnostic);
        Ok(())
    };
    match choice::review(cx, mode, &prior, &requirements, capacity).await? {
        Verdict::Stays(breaches) => {
            if !breaches.is_empty() {
                tell(breach(
                    &breaches,
                    "They are kept, as `reselection` is `pinned`. Set it to `on_breach` to choose others, or relax the requirement.",
                ))?;
            }
            Ok(None)
        }
        Verdict::Goes(breaches, choice) => {
            if !breaches.is_empty() {
                let text = format!("The types chosen before do not fulfil the requirements:\n{}", told(&breaches));
                cx.warn(Diagnostic::warning("Other instance types are chosen").detail(text).at(blamed(&breaches)));
            }
            Ok(Some(*choice))
        }
        // The configuration asks for what there is not.
        Verdict::Stuck(_, none) if asks_anew(plan) => Err(none.into_error()),
        Verdict::Stuck(breaches, none) => {
            tell(breach(&breaches, &format!("They are kept, as there are no others. {}", none.text())))?;
            Ok(None)
        }
        Verdict::Unseen(gaps) => {
            cx.warn(
                Diagnostic::warning("The instance types could not be looked at again")
                    .detail(format!("They are kept as they are. {}", gaps.join(" "))),
            );
            Ok(None)
        }
    }
}

/// Whether the configuration asks for something else than before.
fn asks_anew(plan: &Plan<'_, SpotNodeGroup>) -> bool {
    let paths = SpotNodeGroup::paths();
    plan.is_changed(&paths.instance_requirements)
        || plan.is_changed(&paths.instance_types)
        || plan.is_changed(&paths.min_instance_types)
        || plan.is_changed(&paths.max_instance_types)
        || plan.is_changed(&paths.min_families)
        || plan.is_changed(&paths.min_availability_zones)
        || plan.is_changed(&paths.min_savings_percent)
        || plan.is_changed(&paths.max_interruption_rate_percent)
        || plan.is_changed(&paths.min_placement_score)
        || plan.is_changed(&paths.subnet_ids)
}

pub(super) fn warn_of_gaps(cx: &Context<Clients>, choice: &Choice) {
    if !choice.gaps.is_empty() {
        cx.warn(
            Diagnostic::warning("Instance types were chosen without knowing everything")
                .detail(choice.gaps.join("\n"))
                .at(SpotNodeGroup::paths().selected_instance_types),
        );
    }
}

fn set_choice(plan: &mut Plan<'_, SpotNodeGroup>, choice: &Choice, split: &Split) -> Result<()> {
    let paths = SpotNodeGroup::paths();
    plan.set(&paths.selected_instance_types, choice.rows());
    plan.set(&paths.selection_hash, choice.selection.hash.clone());
    plan.set_unknown(&paths.placement_score);
    let costs = choice.monthly(split)?;
    set_costs(plan, costs);
    // The image of a launch template is known to AWS alone.
    if plan.config().get(&paths.ami_type) == Known::Null && plan.get(&paths.launch_template) == Known::Null {
        plan.set(&paths.ami_type, choice::image(choice.selection.shape).to_owned());
    }
    Ok(())
}

/// What other sizes cost, with the types and at the prices of the state.
fn resize(plan: &mut Plan<'_, SpotNodeGroup>, split: &Split) -> Result<()> {
    let paths = SpotNodeGroup::paths();
    let resized = plan.is_changed(&paths.scaling)
        || plan.is_changed(&paths.on_demand_base_capacity)
        || plan.is_changed(&paths.on_demand_percentage_above_base);
    let Some(rows) = plan.get(&paths.selected_instance_types).value().filter(|rows| resized && !rows.is_empty()) else {
        return Ok(());
    };
    let costs = choice::monthly_of(&rows, split)?;
    set_costs(plan, costs);
    Ok(())
}

fn set_costs(plan: &mut Plan<'_, SpotNodeGroup>, (cost, savings): (Option<f64>, Option<f64>)) {
    let paths = SpotNodeGroup::paths();
    for (field, value) in [(&paths.estimated_monthly_usd, cost), (&paths.estimated_monthly_savings_usd, savings)] {
        match value {
            Some(value) => plan.set(field, value),
            None => plan.set_null(field),
        }
    }
}

/// EKS cannot change these of a node group. `image` is whether the launch template has one of its own, when that was looked at.
fn generation(plan: &mut Plan<'_, SpotNodeGroup>, chosen: bool, sizes: Option<&Sizes>, image: Option<bool>) {
    let paths = SpotNodeGroup::paths();
    let Known::Value(before) = plan.prior().get(&paths.generation) else {
        return plan.set(&paths.generation, 1);
    };
    let template = template::is_other(plan);
    let had_image = plan.prior().get(&paths.ami_type) == Known::Value("CUSTOM".to_owned());
    let other_image = template == Some(true) || image.is_some_and(|has| has != had_image);
    // What somebody else has made is one node group, and bears the name of the resource.
    let other_parts =
        before == ADOPTED && Sizes::before(plan).and_then(|it| it.parts()) != sizes.and_then(Sizes::parts);
    let changed = chosen
        || other_image
        || other_parts
        || plan.is_changed(&paths.subnet_ids)
        || plan.is_changed(&paths.node_role_arn)
        || plan.is_changed(&paths.ami_type)
        || disk(plan.prior(), plan) != disk(plan.config(), plan);
    let unknown = !chosen
        && (template.is_none()
            || plan.get(&paths.subnet_ids) == Known::Unknown
            || plan.get(&paths.node_role_arn) == Known::Unknown
            || plan.get(&paths.disk_size) == Known::Unknown
            || plan.get(&paths.selected_instance_types) == Known::Unknown
            || plan.get(&paths.ami_type) == Known::Unknown);
    match (changed, unknown) {
        // What is known only after apply may turn out to be what it was.
        (_, true) => plan.set_unknown(&paths.generation),
        (true, false) => plan.set(&paths.generation, before + 1),
        (false, false) => {}
    }
    // The image of another template is known to AWS alone.
    if other_image && plan.config().get(&paths.ami_type) == Known::Null {
        plan.set_unknown(&paths.ami_type);
    }
}

/// GiB of a node's disk.
fn disk(said: View<'_, SpotNodeGroup>, plan: &Plan<'_, SpotNodeGroup>) -> i64 {
    let paths = SpotNodeGroup::paths();
    sizes::disk(said.get(&paths.disk_size).value(), &plan.get(&paths.ami_type).value().into())
}

/// The names the node groups will have.
fn names(plan: &mut Plan<'_, SpotNodeGroup>, sizes: Option<&Sizes>) {
    let paths = SpotNodeGroup::paths();
    let known = (plan.get(&paths.name).value(), plan.get(&paths.generation).value(), sizes);
    let (Some(name), Some(generation), Some(sizes)) = known else {
        return plan.set_unknown(&paths.node_group_names);
    };
    let Ok(split) = sizes.at(sizes.initial()) else { return plan.set_unknown(&paths.node_group_names) };
    plan.set(&paths.node_group_names, expected(&name, generation, &split));
}

/// Names of the parts that exist, sorted.
pub(super) fn expected(name: &str, generation: i64, split: &Split) -> Vec<String> {
    let parts = [(Part::OnDemand, split.on_demand), (Part::Spot, split.spot)];
    parts.into_iter().filter(|(_, it)| it.is_some()).map(|(part, _)| eks_name(name, part, generation)).collect()
}
