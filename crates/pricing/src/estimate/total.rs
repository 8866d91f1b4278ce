//! From bills of single resources to the estimate.

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::catalogue::{self, Entry};
use super::input::{self, Planned, View};
use super::output::{Component, Estimate, Gap, Missing, Reason, ResourceCost};
use super::sheet::{Index, Sheet};
use super::usage::{Stated, Usage};
use crate::book::Book;
use crate::money::{HOURS_PER_MONTH, MoneyError};
use crate::source::Source;

/// What an estimate rests on beside the resources.
#[derive(Debug, Clone, Copy)]
pub struct Assumptions<'a> {
    /// Prices.
    pub book: &'a Book,
    /// What configuration cannot tell.
    pub usage: &'a Usage,
    /// Region of resources that do not say theirs.
    pub region: Option<&'a str>,
    /// Whether the resources have a before: false for a configuration or a state by itself.
    pub compares: bool,
}

/// Estimates what resources cost in a month, before and after the plan.
///
/// # Errors
/// Sums beyond 28 digits.
pub fn estimate(resources: &[Planned], with: &Assumptions<'_>) -> Result<Estimate, MoneyError> {
    let index = Index::new(resources);
    let mut out = empty(with.compares);
    for planned in resources {
        if planned.actions == ["forget"] {
            out.forgotten_count += usize::from(!catalogue::is_free(&planned.kind));
            continue;
        }
        match catalogue::of(&planned.kind) {
            Some(entry) => out.resources.push(cost(planned, entry, &index, with)?),
            None if planned.kind == input::MODULE => out.resources.push(unread(planned)),
            None if catalogue::is_free(&planned.kind) => out.free_count += 1,
            None => {
                out.not_covered_count += 1;
                *out.not_covered.entry(planned.kind.clone()).or_default() += 1;
            }
        }
    }
    for (region, facts) in &with.usage.transfers {
        out.resources.push(transfer(region, Stated::of(facts), &index, with)?);
    }
    out.resources.sort_by(|a, b| (&a.module, &a.address).cmp(&(&b.module, &b.address)));
    finish(out)
}

fn empty(compares: bool) -> Estimate {
    Estimate {
        currency: "USD",
        hours_per_month: HOURS_PER_MONTH,
        compares,
        monthly_usd: Decimal::ZERO,
        previous_monthly_usd: Decimal::ZERO,
        change_usd: Decimal::ZERO,
        change_known: true,
        unpriced_count: 0,
        not_estimated_count: 0,
        free_count: 0,
        forgotten_count: 0,
        not_covered_count: 0,
        not_covered: BTreeMap::new(),
        resources: Vec::new(),
        unpriced: Vec::new(),
        not_estimated: Vec::new(),
        sources: Vec::new(),
    }
}

fn cost(
    planned: &Planned,
    entry: &Entry,
    index: &Index<'_>,
    with: &Assumptions<'_>,
) -> Result<ResourceCost, MoneyError> {
    let values = planned.after.as_ref().or(planned.before.as_ref());
    let region = values.and_then(input::region_of).or_else(|| planned.region.clone());
    let region = region.or_else(|| with.region.map(str::to_owned));
    let region = if catalogue::is_global(&planned.kind) { Some("global".to_owned()) } else { region };
    let bill = |values: Option<&Value>, is_after: bool| {
        let Some(values) = values else { return Vec::new() };
        let unknown: &[String] = if is_after { &planned.unknown } else { &[] };
        let stated = with.usage.of(&planned.address, &planned.kind);
        // A resource of a plan says its region before it is moved to another.
        let own = input::region_of(values).or_else(|| region.clone());
        let view = View::new(values, unknown, stated);
        let mut sheet = Sheet::new(planned, view, (with.book, own.as_deref()), (index, with.usage), is_after);
        (entry.price)(&mut sheet);
        sheet.lines()
    };
    let uncertain = planned.unknown.iter().any(String::is_empty);
    let nothing = json!({});
    let after = match (&planned.after, uncertain) {
        (None, false) => Vec::new(),
        (_, true) => vec![uncertain_line(planned)],
        (after, false) => bill(after.as_ref().or(Some(&nothing)), true),
    };
    let previous = if with.compares { bill(planned.before.as_ref(), false) } else { Vec::new() };
    Ok(ResourceCost {
        address: planned.address.clone(),
        module: planned.module.clone(),
        kind: planned.kind.clone(),
        name: planned.name.clone(),
        service: entry.service,
        region,
        actions: planned.actions.clone(),
        tags: values.map(input::tags).unwrap_or_default(),
        monthly_usd: sum(&after)?,
        previous_monthly_usd: sum(&previous)?,
        change_usd: Decimal::ZERO,
        change_known: true,
        components: after,
        previous_components: previous,
    })
}

/// The line of a resource that may or may not be there.
fn uncertain_line(planned: &Planned) -> Component {
    let message = match planned.causes.get("") {
        Some(cause) => format!("how many there are depends on the rest: {cause}"),
        None => "how many there are is known only after apply".to_owned(),
    };
    line_without_price(planned, Gap { reason: Reason::ValueNotKnown, message })
}

fn line_without_price(planned: &Planned, gap: Gap) -> Component {
    Component {
        name: planned.kind.clone(),
        quantity: None,
        unit: String::new(),
        unit_price_usd: None,
        monthly_usd: None,
        estimated: false,
        source: None,
        gap: Some(gap),
    }
}

/// A module that could not be read: all that is known is that it is called.
fn unread(planned: &Planned) -> ResourceCost {
    let message =
        "what it makes is not known: run `terraform init` so that it can be read, or estimate a plan".to_owned();
    ResourceCost {
        address: planned.address.clone(),
        module: planned.module.clone(),
        kind: planned.kind.clone(),
        name: planned.name.clone(),
        service: "Modules not read",
        region: None,
        actions: planned.actions.clone(),
        tags: BTreeMap::new(),
        monthly_usd: Decimal::ZERO,
        previous_monthly_usd: Decimal::ZERO,
        change_usd: Decimal::ZERO,
        change_known: true,
        components: vec![line_without_price(planned, Gap { reason: Reason::ModuleNotRead, message })],
        previous_components: Vec::new(),
    }
}

/// What a region sends, which no resource says.
fn transfer(
    region: &str,
    stated: Stated<'_>,
    index: &Index<'_>,
    with: &Assumptions<'_>,
) -> Result<ResourceCost, MoneyError> {
    let kind = "data_transfer";
    let planned = Planned { address: format!("{kind}.{region}"), kind: kind.to_owned(), ..Planned::default() };
    let values = json!({});
    let view = View::new(&values, &[], stated);
    let mut sheet = Sheet::new(&planned, view, (with.book, Some(region)), (index, with.usage), true);
    let entry = catalogue::of(kind);
    if let Some(entry) = entry {
        (entry.price)(&mut sheet);
    }
    let components = sheet.lines();
    // Usage is stated for both sides: it does not change with a plan.
    let previous_components = if with.compares { components.clone() } else { Vec::new() };
    Ok(ResourceCost {
        address: planned.address.clone(),
        module: String::new(),
        kind: kind.to_owned(),
        name: region.to_owned(),
        service: entry.map_or("Data transfer", |entry| entry.service),
        region: Some(region.to_owned()),
        actions: vec!["no-op".to_owned()],
        tags: BTreeMap::new(),
        monthly_usd: sum(&components)?,
        previous_monthly_usd: sum(&previous_components)?,
        change_usd: Decimal::ZERO,
        change_known: true,
        components,
        previous_components,
    })
}

fn add(a: Decimal, b: Decimal) -> Result<Decimal, MoneyError> {
    a.checked_add(b).ok_or(MoneyError::Overflow)
}

fn sum(components: &[Component]) -> Result<Decimal, MoneyError> {
    components.iter().filter_map(|line| line.monthly_usd).try_fold(Decimal::ZERO, add)
}

/// The lines without a figure, by name and reason.
fn gaps(components: &[Component]) -> Vec<(&str, Reason)> {
    components.iter().filter_map(|line| Some((line.name.as_str(), line.gap.as_ref()?.reason))).collect()
}

fn finish(mut out: Estimate) -> Result<Estimate, MoneyError> {
    let mut sources: Vec<Arc<Source>> = Vec::new();
    for resource in &mut out.resources {
        resource.change_usd = resource.monthly_usd - resource.previous_monthly_usd;
        resource.change_known = gaps(&resource.components) == gaps(&resource.previous_components);
        out.change_known &= resource.change_known;
        out.monthly_usd = add(out.monthly_usd, resource.monthly_usd)?;
        out.previous_monthly_usd = add(out.previous_monthly_usd, resource.previous_monthly_usd)?;
        sources
            .extend(resource.components.iter().chain(&resource.previous_components).filter_map(|it| it.source.clone()));
    }
    for resource in &out.resources {
        for component in resource.counted() {
            let Some(gap) = &component.gap else { continue };
            let missing =
                Missing { address: resource.address.clone(), component: component.name.clone(), gap: gap.clone() };
            if gap.reason == Reason::UsageNotGiven { &mut out.not_estimated } else { &mut out.unpriced }.push(missing);
        }
    }
    sources.sort();
    sources.dedup();
    out.sources = sources;
    out.change_usd = out.monthly_usd - out.previous_monthly_usd;
    out.unpriced_count = out.unpriced.len();
    out.not_estimated_count = out.not_estimated.len();
    Ok(out)
}
