//! Gateways, load balancers, accelerators, addresses, and what is sent.

use rust_decimal::Decimal;

use crate::estimate::input::{Read, View};
use crate::estimate::sheet::{GLOBAL, Sheet, hours, unpriced};

/// `aws_nat_gateway`: the address of a public one is an `aws_eip`.
pub(in crate::estimate) fn nat_gateway(sheet: &mut Sheet<'_>) {
    let price = sheet.unit("vpc", "nat-gateway");
    sheet.hours("NAT gateway", Decimal::ONE, price);
    let price = sheet.unit("vpc", "nat-gateway-data");
    sheet.used("Data processed", "data_processed_gb", 1, price);
}

/// `aws_eip`: billed alike whether it is used or not. Addresses of one's own are free.
pub(in crate::estimate) fn address(sheet: &mut Sheet<'_>) {
    let own = sheet.view.text("public_ipv4_pool").known().is_some_and(|pool| pool != "amazon");
    if !own {
        let price = sheet.unit("vpc", "public-ipv4");
        sheet.hours("Public IPv4 address", Decimal::ONE, price);
    }
}

/// `aws_lb`, `aws_alb`
pub(in crate::estimate) fn load_balancer(sheet: &mut Sheet<'_>) {
    let view = sheet.view.clone();
    let kind = view.text("load_balancer_type").or("application");
    let Some(kind) = sheet.need("Load balancer", "load_balancer_type", kind) else { return };
    let (name, sku) = match kind {
        "application" => ("Application load balancer", "alb"),
        "network" => ("Network load balancer", "nlb"),
        "gateway" => ("Gateway load balancer", "gwlb"),
        other => {
            return sheet.gap("Load balancer", unpriced(format!("no price book has load balancers of type {other}")));
        }
    };
    let price = sheet.unit("elb", sku);
    sheet.hours(name, Decimal::ONE, price);
    let price = sheet.unit("elb", &format!("{sku}-lcu"));
    sheet.used("Capacity units", "lcu_hours", 1, price);
    if kind != "gateway" {
        addresses(sheet, &view);
    }
}

/// `aws_elb`
pub(in crate::estimate) fn classic_load_balancer(sheet: &mut Sheet<'_>) {
    let price = sheet.unit("elb", "clb");
    sheet.hours("Classic load balancer", Decimal::ONE, price);
    let price = sheet.unit("elb", "clb-data");
    sheet.used("Data processed", "data_processed_gb", 1, price);
    let view = sheet.view.clone();
    addresses(sheet, &view);
}

/// The public addresses of a load balancer: one in each subnet, at least.
fn addresses(sheet: &mut Sheet<'_>, view: &View<'_>) {
    let line = "Public IPv4 addresses";
    match view.flag("internal").or(false) {
        Read::Known(true) => return,
        Read::Known(false) => {}
        _ => return sheet.not_known(line, "internal"),
    }
    let mappings = view.blocks("subnet_mapping");
    // An elastic address is billed where it stands.
    let mapped = mappings.iter().filter(|it| it.text("allocation_id") == Read::Absent).count();
    let count = match (view.stated().number("public_ipv4_addresses"), mappings.is_empty(), view.length("subnets")) {
        (Some(count), ..) => Some(count),
        (None, false, _) => Some(Decimal::from(mapped)),
        (None, true, Read::Known(subnets)) => Some(Decimal::from(subnets)),
        (None, true, _) => None,
    };
    match count {
        Some(count) if count.is_zero() => {}
        Some(count) => {
            let price = sheet.unit("vpc", "public-ipv4");
            sheet.assume(line, hours(count), price);
        }
        None => sheet.unstated(line, "public_ipv4_addresses"),
    }
}

/// `aws_globalaccelerator_accelerator`, `parapet_global_accelerator`: billed alike everywhere, and also while disabled. It has two
/// addresses, unless they are one's own.
pub(in crate::estimate) fn accelerator(sheet: &mut Sheet<'_>) {
    sheet.global_hours("Accelerator", Decimal::ONE, "globalaccelerator", "fixed");
    if sheet.view.length("ip_addresses") == Read::Absent {
        sheet.global_hours("Public IPv4 addresses", Decimal::TWO, "vpc", "public-ipv4");
    }
    let view = sheet.view.clone();
    let stated = |key: &str| view.stated().number(key).is_some();
    let routes = [
        ("Data within North America, premium", "dt_premium_na_to_na_gb", "dt-premium-na-to-na"),
        ("Data between North America and Europe, premium", "dt_premium_na_to_eu_gb", "dt-premium-na-to-eu"),
        ("Data between North America and Asia, premium", "dt_premium_na_to_apac_gb", "dt-premium-na-to-apac"),
    ];
    let any = routes.iter().any(|(_, key, _)| stated(key));
    for (line, key, sku) in routes {
        if stated(key) {
            sheet.global_used(line, key, "globalaccelerator", sku);
        }
    }
    if !any {
        sheet.unstated("Data, premium", "dt_premium_na_to_eu_gb` or another of the `dt_premium_*_gb");
    }
}

/// `aws_route53_zone`
pub(in crate::estimate) fn zone(sheet: &mut Sheet<'_>) {
    let price = sheet.unit_elsewhere(GLOBAL, "route53", "zone");
    sheet.add("Hosted zone", Decimal::ONE, price);
    sheet.global_used("Queries", "queries_millions", "route53", "queries");
}

/// `aws_vpc_endpoint`: gateways to S3 and DynamoDB are free.
pub(in crate::estimate) fn endpoint(sheet: &mut Sheet<'_>) {
    let view = sheet.view.clone();
    let sku = match view.text("vpc_endpoint_type").or("Gateway") {
        Read::Known("Gateway") => return,
        Read::Known("GatewayLoadBalancer") => "endpoint-gwlb",
        Read::Known(_) => "endpoint-interface",
        _ => return sheet.not_known("Endpoint", "vpc_endpoint_type"),
    };
    let zones = view.stated().number("availability_zones");
    let zones = zones.or_else(|| view.length("subnet_ids").known().map(Decimal::from));
    match zones {
        Some(zones) => {
            let price = sheet.unit("vpc", sku);
            sheet.hours("Endpoint, in each zone", zones, price);
        }
        None => sheet.unstated("Endpoint, in each zone", "availability_zones"),
    }
    let price = sheet.unit("vpc", &format!("{sku}-data"));
    sheet.used("Data processed", "data_processed_gb", 1, price);
}

/// What may be stated of what a region sends.
pub(in crate::estimate) const TRANSFERS: &[&str] =
    &["internet_out_gb", "other_regions_out_gb", "us_east_regions_out_gb", "between_zones_gb"];

/// Ends of the tiers of what goes to the internet in a month, in GB, and their SKUs; EC2, "Data transfer".
const TIERS: [(u32, &str); 3] =
    [(10_240, "internet-out-10tb"), (51_200, "internet-out-50tb"), (153_600, "internet-out-150tb")];

/// `data_transfer` of a usage file.
pub(in crate::estimate) fn transfer(sheet: &mut Sheet<'_>) {
    if let Some(sent) = sheet.view.stated().number("internet_out_gb") {
        let mut from = Decimal::ZERO;
        for (end, sku) in TIERS {
            let until = sent.min(Decimal::from(end));
            if until > from {
                let price = sheet.unit("datatransfer", sku);
                sheet.add(format!("To the internet, up to {end} GB"), until - from, price);
            }
            from = Decimal::from(end);
        }
        if sent > from {
            let price = sheet.unit("datatransfer", "internet-out-more");
            sheet.add("To the internet, beyond", sent - from, price);
        }
    }
    for (line, key, sku) in [
        ("To other regions", "other_regions_out_gb", "other-regions-out"),
        ("To the other region of US East", "us_east_regions_out_gb", "us-east-regions-out"),
    ] {
        sheet.used_if_stated(line, key, 1, "datatransfer", sku);
    }
    if let Some(sent) = sheet.view.stated().number("between_zones_gb") {
        // Billed where it leaves, and again where it arrives.
        let price = sheet.unit("datatransfer", "between-zones");
        sheet.add("Between zones, out and in", sent * Decimal::TWO, price);
    }
}
