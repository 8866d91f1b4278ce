//! EC2 instances, and groups of them.

use rust_decimal::Decimal;

use super::storage;
use crate::estimate::input::{Read, View};
use crate::estimate::sheet::{Sheet, unpriced};

/// Kinds that say how the instances of others are.
pub(super) const TEMPLATES: &[&str] = &["aws_launch_template", "aws_launch_configuration"];

/// Metrics that detailed monitoring sends for an instance, billed as custom metrics; CloudWatch pricing, "EC2 detailed monitoring".
const DETAILED_METRICS: u32 = 7;

/// How instances are bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purchase {
    OnDemand,
    Spot,
}

/// A line of instances of one type.
pub(super) fn instances(sheet: &mut Sheet<'_>, kind: &str, purchase: Purchase, count: Decimal) {
    let (name, price) = match purchase {
        Purchase::OnDemand => (format!("{kind}, Linux, on demand"), sheet.instance(kind)),
        Purchase::Spot => (format!("{kind}, Linux, Spot"), sheet.spot(kind)),
    };
    sheet.hours(name, count, price);
}

/// Whether instances run on hardware of their own: an instance, a launch template and a launch configuration each say it elsewhere.
fn is_dedicated(view: &View<'_>) -> bool {
    let placed = || view.block("placement").and_then(|placement| placement.text("tenancy").known());
    let said = view.text("tenancy").known().or_else(placed).or_else(|| view.text("placement_tenancy").known());
    matches!(said, Some("dedicated" | "host"))
}

/// A line of instances on hardware of their own, which cost more than shared ones.
fn dedicated(sheet: &mut Sheet<'_>, what: &str) {
    sheet.gap(format!("{what}, dedicated"), unpriced("no price book has dedicated tenancy"));
}

/// Lines of instances as a template says; those on hardware of their own have no price.
pub(super) fn instances_of(
    sheet: &mut Sheet<'_>,
    template: Option<&View<'_>>,
    what: &str,
    lines: impl FnOnce(&mut Sheet<'_>),
) {
    if template.is_some_and(is_dedicated) { dedicated(sheet, what) } else { lines(sheet) }
}

/// What instances are billed beside themselves and their volumes: public addresses and detailed monitoring.
pub(super) fn extras(sheet: &mut Sheet<'_>, view: &View<'_>, count: Decimal) {
    addresses(sheet, view, count);
    let block = view.block("monitoring").map_or(Read::Absent, |block| block.flag("enabled"));
    let monitored = [view.flag("monitoring"), view.flag("enable_monitoring"), block];
    if monitored.contains(&Read::Known(true)) {
        let price = sheet.unit("cloudwatch", "metric");
        sheet.add("Detailed monitoring", count * Decimal::from(DETAILED_METRICS), price);
    } else if monitored.contains(&Read::Unknown) {
        sheet.not_known("Detailed monitoring", "monitoring");
    }
}

fn addresses(sheet: &mut Sheet<'_>, view: &View<'_>, count: Decimal) {
    const ATTRIBUTE: &str = "associate_public_ip_address";
    const LINE: &str = "Public IPv4 address";
    let mut said = vec![view.flag(ATTRIBUTE)];
    said.extend(view.blocks("network_interfaces").iter().map(|interface| interface.flag(ATTRIBUTE)));
    if said.contains(&Read::Known(true)) {
        let price = sheet.unit("vpc", "public-ipv4");
        sheet.hours(LINE, count, price);
    } else if said.contains(&Read::Unknown) {
        sheet.not_known(LINE, ATTRIBUTE);
    }
}

fn purchase_of(view: &View<'_>) -> Purchase {
    let market = view.block("instance_market_options").and_then(|options| options.text("market_type").known());
    if market == Some("spot") { Purchase::Spot } else { Purchase::OnDemand }
}

/// `aws_instance`
pub(in crate::estimate) fn instance(sheet: &mut Sheet<'_>) {
    single(sheet, None);
}

/// `aws_spot_instance_request`
pub(in crate::estimate) fn spot_request(sheet: &mut Sheet<'_>) {
    single(sheet, Some(Purchase::Spot));
}

fn single(sheet: &mut Sheet<'_>, purchase: Option<Purchase>) {
    let view = sheet.view.clone();
    let template = sheet.linked("launch_template", TEMPLATES);
    let kind = match (view.text("instance_type"), &template) {
        (Read::Absent, Some(template)) => template.text("instance_type"),
        (own, _) => own,
    };
    let bought = purchase.unwrap_or_else(|| match (purchase_of(&view), &template) {
        (Purchase::OnDemand, Some(template)) => purchase_of(template),
        (own, _) => own,
    });
    if let Some(kind) = sheet.need("Instance", "instance_type", kind) {
        if is_dedicated(&view) {
            dedicated(sheet, kind);
        } else {
            // An instance that says another tenancy than its template goes by its own.
            let template = template.as_ref().filter(|_| view.text("tenancy") == Read::Absent);
            instances_of(sheet, template, kind, |sheet| instances(sheet, kind, bought, Decimal::ONE));
        }
    }
    let mappings = template.as_ref().map(|template| template.blocks("block_device_mappings")).unwrap_or_default();
    if view.block("root_block_device").is_none() && !mappings.is_empty() {
        template_volumes(sheet, &mappings, Decimal::ONE);
    } else {
        root(sheet, &view, Decimal::ONE);
    }
    attached(sheet, &view, Decimal::ONE);
    let own = view.flag("associate_public_ip_address") != Read::Absent || view.flag("monitoring") != Read::Absent;
    extras(sheet, if own { &view } else { template.as_ref().unwrap_or(&view) }, Decimal::ONE);
}

/// The root volume. Its size is the image's unless the block says it.
fn root(sheet: &mut Sheet<'_>, view: &View<'_>, count: Decimal) {
    let block = view.block("root_block_device");
    let said = block.as_ref().map(|block| storage::device("Root volume", block, "volume_type", "volume_size", count));
    match said {
        Some(Ok(volume)) => volume.bill(sheet),
        _ => match sheet.view.stated().number("root_volume_gb") {
            Some(size) => {
                let kind = block.as_ref().and_then(|block| block.text("volume_type").known());
                let volume = storage::Volume {
                    name: "Root volume".to_owned(),
                    kind: kind.unwrap_or("gp2"),
                    assumed: kind.is_none(),
                    size,
                    iops: None,
                    throughput: None,
                    count,
                };
                volume.bill(sheet);
            }
            None => sheet.unstated("Root volume storage, as large as the image's", "root_volume_gb"),
        },
    }
}

fn attached(sheet: &mut Sheet<'_>, view: &View<'_>, count: Decimal) {
    for block in view.blocks("ebs_block_device") {
        // A state lists what is attached to an instance, volumes that are resources of their own among it.
        if block.text("volume_id").known().is_some_and(|id| sheet.has("aws_ebs_volume", id)) {
            continue;
        }
        let name = block.text("device_name").known().unwrap_or("Volume").to_owned();
        match storage::device(&name, &block, "volume_type", "volume_size", count) {
            Ok(volume) => volume.bill(sheet),
            Err(attribute) => sheet.not_known(format!("{name} storage"), attribute),
        }
    }
}

/// The volumes of a launch template.
pub(super) fn template_volumes(sheet: &mut Sheet<'_>, mappings: &[View<'_>], count: Decimal) {
    for mapping in mappings {
        let Some(block) = mapping.block("ebs") else { continue };
        let name = mapping.text("device_name").known().unwrap_or("Volume").to_owned();
        match storage::device(&name, &block, "volume_type", "volume_size", count) {
            Ok(volume) => volume.bill(sheet),
            Err(attribute) => sheet.not_known(format!("{name} storage"), attribute),
        }
    }
}

/// The volumes of the instances a template makes.
pub(super) fn volumes_of_template(sheet: &mut Sheet<'_>, template: &View<'_>, count: Decimal) {
    let mappings = template.blocks("block_device_mappings");
    if mappings.is_empty() {
        root(sheet, template, count);
        attached(sheet, template, count);
    } else {
        template_volumes(sheet, &mappings, count);
    }
}

/// `aws_autoscaling_group`: as many instances as are desired, or the fewest when the number is left to scaling.
pub(in crate::estimate) fn autoscaling_group(sheet: &mut Sheet<'_>) {
    let view = sheet.view.clone();
    let count = match view.number("desired_capacity") {
        Read::Absent => view.number("min_size"),
        known => known,
    };
    let Some(count) = sheet.need("Instances", "desired_capacity", count) else { return };
    if count.is_zero() {
        return;
    }
    let policy = view.block("mixed_instances_policy");
    let attribute = match (
        &policy,
        view.block("launch_configuration").is_some() || view.text("launch_configuration") != Read::Absent,
    ) {
        (Some(_), _) => "mixed_instances_policy",
        (None, true) => "launch_configuration",
        (None, false) => "launch_template",
    };
    let Some(template) = sheet.linked(attribute, TEMPLATES) else {
        match view.text("instance_type") {
            Read::Known(kind) => instances(sheet, kind, Purchase::OnDemand, count),
            _ => sheet.not_known("Instances", "instance_type"),
        }
        return sheet.unstated("Volumes of the instances", "root_volume_gb");
    };
    instances_of(sheet, Some(&template), "Instances", |sheet| match &policy {
        None => {
            let purchase =
                if template.text("spot_price") == Read::Absent { purchase_of(&template) } else { Purchase::Spot };
            let kind = match view.text("instance_type") {
                Read::Known(kind) => Read::Known(kind),
                _ => template.text("instance_type"),
            };
            if let Some(kind) = sheet.need("Instances", "instance_type", kind) {
                instances(sheet, kind, purchase, count);
            }
        }
        Some(policy) => mixed(sheet, policy, &template, count),
    });
    volumes_of_template(sheet, &template, count);
    extras(sheet, &template, count);
}

/// A share on demand, the rest on the Spot market: AWS buys the first type of the list on demand first.
fn mixed(sheet: &mut Sheet<'_>, policy: &View<'_>, template: &View<'_>, count: Decimal) {
    let overrides: Vec<View<'_>> = policy.block("launch_template").map(|it| it.blocks("override")).unwrap_or_default();
    let own = template.text("instance_type").known();
    let kinds: Vec<&str> = overrides.iter().filter_map(|it| it.text("instance_type").known()).collect();
    let Some(first) = kinds.first().copied().or(own) else { return sheet.not_known("Instances", "instance_type") };
    if overrides.iter().any(|it| it.text("weighted_capacity") != Read::Absent) {
        return sheet.gap(
            "Instances",
            unpriced("how many instances a weighted capacity comes to is not known before they run"),
        );
    }
    let distribution = policy.block("instances_distribution");
    let number = |name: &str, default: u32| {
        distribution.as_ref().map_or(Read::Absent, |it| it.number(name)).or(Decimal::from(default)).known()
    };
    let (Some(base), Some(percent)) =
        (number("on_demand_base_capacity", 0), number("on_demand_percentage_above_base_capacity", 100))
    else {
        return sheet.not_known("Instances", "mixed_instances_policy");
    };
    let base = base.min(count);
    // EC2 Auto Scaling rounds the share up to whole instances.
    let above = ((count - base) * percent / Decimal::ONE_HUNDRED).ceil();
    let on_demand = base + above;
    if !on_demand.is_zero() {
        instances(sheet, first, Purchase::OnDemand, on_demand);
    }
    let spot = count - on_demand;
    if !spot.is_zero() {
        let candidates = if kinds.is_empty() { vec![first] } else { kinds };
        super::containers::spot_of(sheet, &candidates, spot);
    }
}
