//! The choice of instance types, as it is planned and kept.

use std::collections::BTreeSet;

use parapet_pricing::spot::{
    self, Breach, Chosen, Decision, GroupShape, Infeasible, Prior, Reason, Requirements, Reselection, Selection, Split,
};
use parapet_pricing::{Architecture, Decimal, InstanceType, Money, MoneyError, Price, Quote};
use tfplugin::path::Path;
use tfplugin::prelude::*;

use super::asked::path_of;
use super::market::{self, Market};
use super::model::SelectedType;
use crate::provider::Clients;

/// What was chosen.
#[derive(Debug)]
pub(crate) struct Choice {
    pub(crate) selection: Selection,
    /// What was not known when it was made.
    pub(crate) gaps: Vec<String>,
}

/// No types fulfil the requirements.
#[derive(Debug)]
pub(crate) struct NoChoice {
    pub(crate) infeasible: Box<Infeasible>,
    gaps: Vec<String>,
}

impl NoChoice {
    /// For a person: what to relax, and what that brings.
    pub(crate) fn text(&self) -> String {
        self.gaps.iter().fold(format!("{}.", self.infeasible.to_string().trim_end_matches('.')), |text, gap| {
            format!("{text}\n{gap}")
        })
    }

    pub(super) fn into_error(self) -> Error {
        let first = self.infeasible.relaxations.first().and_then(|it| it.changes.first());
        let blamed = first
            .map(|(attribute, ..)| *attribute)
            .or_else(|| self.infeasible.contradiction.as_ref().map(|error| error.attribute));
        Error::new("No instance types fulfil the requirements")
            .detail(self.text())
            .at(blamed.map_or_else(Path::root, path_of))
    }
}

/// What to do about an earlier choice.
pub(super) enum Verdict {
    /// It stays; what it does not fulfil any more.
    Stays(Vec<Breach>),
    /// Another one takes its place, because of these.
    Goes(Vec<Breach>, Box<Choice>),
    /// It no longer stands, and there is no other.
    Stuck(Vec<Breach>, NoChoice),
    /// Nothing is known about it today.
    Unseen(Vec<String>),
}

/// Chooses types. `capacity` is the number of nodes that the placement score is asked for.
///
/// That score changes from hour to hour, and is one for all types: it can forbid a choice, and does not make one.
pub(crate) async fn choose(
    cx: &Context<Clients>,
    requirements: &Requirements,
    only: Option<&BTreeSet<InstanceType>>,
    capacity: u32,
) -> Result<std::result::Result<Choice, NoChoice>> {
    let aws = cx.aws().await?;
    let mut market = Market::look(cx, requirements, only).await?;
    let wherever = Requirements { min_placement_score: None, ..requirements.clone() };
    let window = Some(market.window);
    let infeasible = match spot::select(&wherever, &market.candidates, window) {
        Ok(selection) if requirements.min_placement_score.is_none() => {
            return Ok(Ok(Choice { selection, gaps: market.gaps }));
        }
        Ok(selection) => {
            match market::placement(aws, &selection.instance_types(), capacity).await {
                Ok(score) => market.place(score),
                Err(error) => market.gaps.push(format!("The placement score is unknown. {}", market::said(&error))),
            }
            match spot::select(requirements, &market.candidates, window) {
                Ok(_) => return Ok(Ok(Choice { selection, gaps: market.gaps })),
                Err(infeasible) => infeasible,
            }
        }
        Err(infeasible) => infeasible,
    };
    market.price_the_rest(aws, requirements).await;
    let again = spot::select(requirements, &market.candidates, window).err();
    Ok(Err(NoChoice { infeasible: again.unwrap_or(infeasible), gaps: market.gaps }))
}

/// Looks at an earlier choice again.
pub(super) async fn review(
    cx: &Context<Clients>,
    mode: Reselection,
    prior: &BTreeSet<InstanceType>,
    requirements: &Requirements,
    capacity: u32,
) -> Result<Verdict> {
    if mode == Reselection::Always {
        match choose(cx, requirements, None, capacity).await? {
            Ok(choice) if types_of(&choice.rows()) == *prior => return Ok(Verdict::Stays(Vec::new())),
            // What is chosen without knowing everything is no reason to replace nodes.
            Ok(choice) if choice.gaps.is_empty() => return Ok(Verdict::Goes(Vec::new(), Box::new(choice))),
            Ok(_) | Err(_) => {}
        }
    }
    // First its own types alone: most plans end here, and do not ask about the rest of the region.
    let mut market = Market::look(cx, requirements, Some(prior)).await?;
    if !market.types_known {
        return Ok(Verdict::Unseen(market.gaps));
    }
    if requirements.min_placement_score.is_some() {
        let names: Vec<String> = prior.iter().map(|it| it.as_str().to_owned()).collect();
        // A figure that is not known is no breach.
        market.place(market::placement(cx.aws().await?, &names, capacity).await.ok().flatten());
    }
    let earlier = Prior { instance_types: prior.clone() };
    let window = Some(market.window);
    let decision = spot::reselect(Reselection::Pinned, &earlier, requirements, &market.candidates, window);
    let Decision::Keep { breaches } = decision else { return Ok(Verdict::Unseen(market.gaps)) };
    // Other types would hardly be placed better, and in an hour the score is another.
    let mendable = breaches.iter().any(|it| !matches!(it, Breach::Unfit { reason: Reason::Placement, .. }));
    if !mendable || mode == Reselection::Pinned {
        return Ok(Verdict::Stays(breaches));
    }
    Ok(match choose(cx, requirements, None, capacity).await? {
        Ok(choice) => Verdict::Goes(breaches, Box::new(choice)),
        Err(none) => Verdict::Stuck(breaches, none),
    })
}

/// The attribute to blame for what an earlier choice does not fulfil.
pub(super) fn blamed(breaches: &[Breach]) -> Path {
    match breaches.first() {
        Some(Breach::Unfit { reason, .. }) => path_of(reason.as_str()),
        Some(Breach::Requirements { attribute, .. }) => path_of(attribute),
        Some(Breach::Gone { .. }) | None => Path::root(),
    }
}

/// Breaches, one a line.
pub(super) fn told(breaches: &[Breach]) -> String {
    breaches.iter().map(|it| format!("  {it}")).collect::<Vec<_>>().join("\n")
}

/// Image that EKS is asked for when none is named.
pub(super) fn image(shape: GroupShape) -> &'static str {
    match (shape.architecture, shape.gpus) {
        (Architecture::X86_64, 0) => "AL2023_x86_64_STANDARD",
        (Architecture::X86_64, _) => "AL2023_x86_64_NVIDIA",
        (Architecture::Arm64, 0) => "AL2023_ARM_64_STANDARD",
        (Architecture::Arm64, _) => "AL2023_ARM_64_NVIDIA",
    }
}

impl Choice {
    /// What the state keeps of it, the best type first.
    pub(crate) fn rows(&self) -> Vec<SelectedType> {
        self.selection.chosen.iter().map(row).collect()
    }

    /// Cost and savings of so many nodes in a month, in USD; none where a price is unknown.
    pub(super) fn monthly(&self, split: &Split) -> Result<(Option<f64>, Option<f64>)> {
        monthly((self.selection.mean_spot, self.selection.mean_on_demand), split)
    }
}

/// As [`Choice::monthly`], of types in the state, at the prices of then.
pub(super) fn monthly_of(rows: &[SelectedType], split: &Split) -> Result<(Option<f64>, Option<f64>)> {
    let mean = |price: fn(&SelectedType) -> &Computed<f64>| -> Option<Money> {
        let amounts: Option<Vec<Decimal>> =
            rows.iter().map(|row| price(row).known().and_then(|usd| usd.to_string().parse().ok())).collect();
        let sum: Decimal = amounts?.into_iter().sum();
        sum.checked_div(Decimal::from(rows.len())).map(Money::usd)
    };
    monthly((mean(|row| &row.spot_usd_per_hour), mean(|row| &row.on_demand_usd_per_hour)), split)
}

/// Cost and savings in a month at these prices per hour, on the Spot market and on demand.
fn monthly(hour: (Option<Money>, Option<Money>), split: &Split) -> Result<(Option<f64>, Option<f64>)> {
    let nodes = |part: Option<spot::Scaling>| part.map_or(0, |part| part.desired);
    let (spot, on_demand) = (nodes(split.spot), nodes(split.on_demand));
    let month = |hour: Option<Money>, nodes: u32| -> std::result::Result<Option<Decimal>, MoneyError> {
        if nodes == 0 {
            return Ok(Some(Decimal::ZERO));
        }
        hour.map(|hour| Ok(hour.times(nodes.into())?.per_month()?.amount)).transpose()
    };
    let paid = month(hour.0, spot)?.zip(month(hour.1, on_demand)?);
    let saved = month(hour.0, spot)?.zip(month(hour.1, spot)?).map(|(paid, list)| list - paid);
    let cents = |amount: Decimal| float(amount.round_dp(2));
    Ok((paid.and_then(|(spot, on_demand)| cents(spot + on_demand)), saved.and_then(cents)))
}

fn row(it: &Chosen) -> SelectedType {
    let quotes = [("on demand", it.on_demand.known()), ("Spot", it.spot.known())];
    let known = || quotes.iter().filter_map(|(what, quote)| quote.map(|quote| (*what, quote)));
    let source = |(what, quote): (&str, &Quote)| {
        let estimated = if quote.estimated { ", estimated" } else { "" };
        format!("{what}: {}{estimated}", quote.source.name)
    };
    let sources: Vec<String> = known().map(source).collect();
    let oldest = known().filter_map(|(_, quote)| quote.source.date).min();
    SelectedType {
        instance_type: it.instance_type.as_str().to_owned().into(),
        vcpu: i64::from(it.vcpu).into(),
        memory_mib: i64::try_from(it.memory_mib).ok().into(),
        on_demand_usd_per_hour: amount(&it.on_demand).into(),
        spot_usd_per_hour: amount(&it.spot).into(),
        savings_percent: it.savings_percent.and_then(|percent| float(percent.round_dp(1))).into(),
        interruption_bucket: it.interruption.as_ref().map(|it| it.bucket.to_string()).into(),
        score: i64::from(it.score).into(),
        reason: it.why.to_owned().into(),
        price_source: (!sources.is_empty()).then(|| sources.join("; ")).into(),
        price_date: oldest.map(|date| date.to_string()).into(),
    }
}

/// In ten-thousandths of a cent, as a mean has no end.
fn amount(price: &Price) -> Option<f64> {
    price.known().and_then(|quote| float(quote.money.amount.round_dp(6)))
}

fn float(amount: Decimal) -> Option<f64> {
    amount.normalize().to_string().parse().ok()
}

/// Types by their names in the state.
pub(super) fn types_of(rows: &[SelectedType]) -> BTreeSet<InstanceType> {
    rows.iter().filter_map(|row| row.instance_type.known()?.parse().ok()).collect()
}
