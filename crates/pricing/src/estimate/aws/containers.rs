//! EKS: control planes and nodes.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::compute::{self, Purchase, TEMPLATES};
use super::storage::Volume;
use super::support;
use crate::estimate::input::{Read, View};
use crate::estimate::output::{Gap, Reason};
use crate::estimate::sheet::{Sheet, hours, unpriced};
use crate::money::Money;
use crate::source::{Quote, Source, SourceKind};
use crate::spot::{OnDemandShare, Scaling, split};

/// Type and disk that EKS gives nodes when nobody says others; EKS API, `CreateNodegroup`.
const DEFAULT_TYPE: &str = "t3.medium";
const DEFAULT_DISK: u32 = 20;

/// `aws_eks_cluster`: one in extended support costs more for all of its control plane.
pub(in crate::estimate) fn cluster(sheet: &mut Sheet<'_>) {
    let view = sheet.view.clone();
    // A cluster with the policy STANDARD is upgraded when standard support ends.
    let upgraded =
        view.block("upgrade_policy").and_then(|policy| policy.text("support_type").known()) == Some("STANDARD");
    let version = view.text("version");
    match version {
        Read::Known(version) if !upgraded && support::eks_extended(version) => {
            let price = sheet.unit("eks", "cluster-extended-support");
            sheet.hours(format!("Control plane, extended support of {version}"), Decimal::ONE, price);
        }
        _ => {
            let price = sheet.unit("eks", "cluster");
            sheet.hours("Control plane", Decimal::ONE, price);
        }
    }
    if version == Read::Unknown && !upgraded {
        sheet.not_known("Extended support", "version");
    }
}

/// `aws_eks_node_group`
pub(in crate::estimate) fn node_group(sheet: &mut Sheet<'_>) {
    let view = sheet.view.clone();
    let stated = view.stated().number("desired_size").map(Read::Known);
    let desired = view.block("scaling_config").map(|scaling| scaling.number("desired_size"));
    let unknown = if view.blocks_unknown("scaling_config") { Read::Unknown } else { Read::Absent };
    let desired = match desired {
        Some(Read::Known(desired)) => Read::Known(desired),
        other => stated.or(other).unwrap_or(unknown),
    };
    let Some(count) = sheet.need("Nodes", "desired_size", desired) else { return };
    if count.is_zero() {
        return;
    }
    let template = sheet.linked("launch_template", TEMPLATES);
    let kinds = match (view.texts("instance_types"), &template) {
        (Read::Absent, Some(template)) => template.text("instance_type").and_then(|kind| Some(vec![kind])),
        (own, _) => own,
    };
    let kinds = match kinds {
        Read::Unknown => view.text("instance_type").and_then(|kind| Some(vec![kind])),
        other => other.or(vec![DEFAULT_TYPE]),
    };
    if let Some(kinds) = sheet.need("Nodes", "instance_type", kinds) {
        let bought = view.text("capacity_type").or("ON_DEMAND");
        if view.text("ami_type").known().is_some_and(|ami| ami.starts_with("WINDOWS")) {
            sheet.gap("Nodes, Windows", unpriced("no price book has instances with a Windows licence"));
        } else {
            compute::instances_of(sheet, template.as_ref(), "Nodes", |sheet| match (bought, kinds.first()) {
                (Read::Known("SPOT"), _) => spot_of(sheet, &kinds, count),
                (Read::Known(_), Some(first)) => compute::instances(sheet, first, Purchase::OnDemand, count),
                _ => sheet.not_known("Nodes", "capacity_type"),
            });
        }
    }
    if let Some(template) = &template {
        compute::extras(sheet, template, count);
    }
    disks(sheet, &view, template.as_ref(), count);
}

/// Nodes on the Spot market of several types: nobody knows of which there will be how many, so all count alike.
pub(super) fn spot_of(sheet: &mut Sheet<'_>, kinds: &[&str], count: Decimal) {
    if let [only] = kinds {
        return compute::instances(sheet, only, Purchase::Spot, count);
    }
    let line = format!("Spot, mean of {} types", kinds.len());
    let mut quotes = Vec::new();
    for kind in kinds {
        match sheet.spot(kind) {
            Ok((_, quote)) => quotes.push(quote),
            Err(gap) => return sheet.gap(line, gap),
        }
    }
    mean(sheet, line, &quotes, count);
}

/// A line of nodes at the mean of several prices.
fn mean(sheet: &mut Sheet<'_>, line: String, quotes: &[Quote], count: Decimal) {
    let sum = quotes.iter().try_fold(Decimal::ZERO, |sum, quote| sum.checked_add(quote.money.amount));
    let mean = sum.and_then(|sum| sum.checked_div(Decimal::from(quotes.len())));
    // The oldest source answers for the mean.
    let source = quotes.iter().map(|quote| &quote.source).min_by_key(|source| source.date);
    match (mean, source) {
        (Some(mean), Some(source)) => {
            let quote = Quote { money: Money::usd(mean.round_dp(6)), source: source.clone(), estimated: true };
            sheet.add(line, hours(count), Ok(("hour".to_owned(), quote)));
        }
        _ => sheet.gap(line, unpriced("none of its types has a price")),
    }
}

fn disks(sheet: &mut Sheet<'_>, view: &View<'_>, template: Option<&View<'_>>, count: Decimal) {
    if let Some(template) = template {
        return compute::volumes_of_template(sheet, template, count);
    }
    if !view.blocks("launch_template").is_empty() || view.blocks_unknown("launch_template") {
        return match view.stated().number("disk_size") {
            Some(size) => disk(sheet, size, count),
            None => sheet.unstated("Volumes of the nodes, as the launch template says", "disk_size"),
        };
    }
    let Some(size) = sheet.need("Volumes of the nodes", "disk_size", view.number("disk_size").or(DEFAULT_DISK.into()))
    else {
        return;
    };
    disk(sheet, size, count);
}

fn disk(sheet: &mut Sheet<'_>, size: Decimal, count: Decimal) {
    let volume =
        Volume { name: "Node".to_owned(), kind: "gp2", assumed: true, size, iops: None, throughput: None, count };
    volume.bill(sheet);
}

/// `parapet_spot_node_group`: by the types it has chosen, and the prices it chose them by.
pub(in crate::estimate) fn spot_node_group(sheet: &mut Sheet<'_>) {
    let view = sheet.view.clone();
    let Some(nodes) = scaling(&view) else { return sheet.not_known("Nodes", "scaling") };
    if nodes.desired == 0 {
        return;
    }
    let share = |name: &str| view.number(name).or(Decimal::ZERO).known().and_then(|it| it.to_string().parse().ok());
    let share = share("on_demand_base_capacity").zip(share("on_demand_percentage_above_base"));
    let Some(Ok(bought)) = share.map(|(base_capacity, percentage)| {
        let percentage_above_base = u8::try_from(percentage).unwrap_or(100);
        split(nodes, OnDemandShare { base_capacity, percentage_above_base })
    }) else {
        return sheet.not_known("Nodes", "on_demand_percentage_above_base");
    };
    let count = |part: Option<Scaling>| Decimal::from(part.map_or(0, |it| it.desired));
    let types = view.blocks("selected_instance_types");
    for (purchase, count) in [(Purchase::OnDemand, count(bought.on_demand)), (Purchase::Spot, count(bought.spot))] {
        if !count.is_zero() {
            chosen(sheet, &view, &types, purchase, count);
        }
    }
    let template = sheet.linked("launch_template", TEMPLATES);
    disks(sheet, &view, template.as_ref(), Decimal::from(nodes.desired));
}

fn scaling(view: &View<'_>) -> Option<Scaling> {
    let block = view.block("scaling")?;
    let whole = |name: &str| block.number(name).known()?.to_string().parse::<u32>().ok();
    let (min, max) = (whole("min")?, whole("max")?);
    let desired = match block.number("desired_initial") {
        Read::Absent => min,
        Read::Known(desired) => desired.to_string().parse().ok()?,
        Read::Unknown => return None,
    };
    Some(Scaling { min, desired, max })
}

/// That a group has no types yet.
fn not_chosen() -> Gap {
    let message =
        "no types are chosen: the provider does so in a plan that reaches AWS; the usage file may say `instance_type`";
    Gap { reason: Reason::ValueNotKnown, message: message.to_owned() }
}

/// Nodes of the chosen types.
fn chosen(sheet: &mut Sheet<'_>, view: &View<'_>, types: &[View<'_>], purchase: Purchase, count: Decimal) {
    let how = if purchase == Purchase::Spot { "Spot" } else { "on demand" };
    let line = format!("Nodes {how}, mean of {} types", types.len());
    if types.is_empty() {
        let exactly = view.texts("instance_types").known();
        return match (purchase, exactly) {
            (Purchase::Spot, Some(kinds)) => spot_of(sheet, &kinds, count),
            (Purchase::OnDemand, Some(kinds)) => on_demand_of(sheet, &kinds, count),
            (_, None) => match view.stated().text("instance_type") {
                Some(kind) => compute::instances(sheet, kind, purchase, count),
                None => sheet.gap(format!("Nodes {how}"), not_chosen()),
            },
        };
    }
    let attribute = if purchase == Purchase::Spot { "spot_usd_per_hour" } else { "on_demand_usd_per_hour" };
    let mut quotes = Vec::new();
    for row in types {
        let Some(amount) = row.number(attribute).known() else {
            return sheet
                .gap(line, unpriced(format!("the group was chosen without knowing the price of a type {how}")));
        };
        let name = row.text("price_source").known().unwrap_or("parapet_spot_node_group");
        let date = row.text("price_date").known().and_then(|date| date.parse().ok());
        let kind = if purchase == Purchase::Spot { SourceKind::SpotHistory } else { SourceKind::PricingApi };
        quotes.push(Quote { money: Money::usd(amount), source: Source::new(kind, name, date), estimated: true });
    }
    mean(sheet, line, &quotes, count);
}

fn on_demand_of(sheet: &mut Sheet<'_>, kinds: &[&str], count: Decimal) {
    let line = format!("Nodes on demand, mean of {} types", kinds.len());
    let mut quotes: Vec<Quote> = Vec::new();
    for kind in kinds {
        match sheet.instance(kind) {
            Ok((_, quote)) => quotes.push(Quote { source: Arc::clone(&quote.source), ..quote }),
            Err(gap) => return sheet.gap(line, gap),
        }
    }
    mean(sheet, line, &quotes, count);
}
