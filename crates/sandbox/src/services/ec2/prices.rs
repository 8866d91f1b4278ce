//! `DescribeSpotPriceHistory`.

use jiff::Timestamp;

use super::market::{self, HISTORY, Point, Pool};
use super::{Facts, Result, Store, bad_token, filters, invalid, wildcard, write_token};
use crate::clock::timestamp;
use crate::protocol::query::Params;
use crate::protocol::xml::Xml;
use crate::services::Call;

/// Points of a page.
const MOST: u32 = 1000;

/// One line of history: a pool and what its instances run.
struct Series<'a> {
    pool: Pool<'a>,
    product: &'static str,
}

/// Prices since the start, the newest of a pool first; of the start the price that was in force, as the API has it.
pub(super) fn history(store: &Store, call: &Call, params: &Params, facts: &Facts) -> Result<Xml> {
    let most = params.number("MaxResults")?.unwrap_or(MOST);
    if !(1..=MOST).contains(&most) {
        return Err(invalid(format!(
            "Value ( {most} ) for parameter maxResults is invalid. Expecting a value between 1 and {MOST}."
        )));
    }
    let to = instant(params, "EndTime")?.unwrap_or(call.wall).min(call.wall);
    let from = instant(params, "StartTime")?.unwrap_or(0).clamp(call.wall - HISTORY, call.wall);
    let series = series(call, params, facts)?;
    let filters = filters(params);
    let wanted = |point: &Point| {
        filters.iter().all(|(name, values)| match name.as_str() {
            "spot-price" => values.iter().any(|value| same_price(value, point.price)),
            "timestamp" => values.iter().any(|value| wildcard(value, &timestamp(point.at))),
            _ => true,
        })
    };
    let (mut at, mut offset) = place(params)?;
    if at > series.len() {
        return Err(bad_token());
    }
    let mut page: Vec<(&Series<'_>, Point)> = Vec::new();
    let mut token = None;
    while let Some(line) = series.get(at) {
        let points = if from <= to { line.pool.history(line.product, from, to, &store.prices) } else { Vec::new() };
        let mut points: Vec<Point> = points.into_iter().filter(wanted).rev().collect();
        let room = (most as usize).saturating_sub(page.len());
        let rest = points.split_off(offset.min(points.len()));
        let left = rest.len() > room;
        page.extend(rest.into_iter().take(room).map(|point| (line, point)));
        if left {
            token = Some(format!("{at}-{}", offset + room));
            break;
        }
        (at, offset) = (at + 1, 0);
        if page.len() >= most as usize && at < series.len() {
            token = Some(format!("{at}-0"));
            break;
        }
    }
    let mut xml = Xml::default();
    xml.list("spotPriceHistorySet", "item", page, |item, (line, point)| {
        item.text("instanceType", &line.pool.kind.name)
            .text("productDescription", line.product)
            .text("spotPrice", format!("{:.6}", point.price))
            .text("timestamp", timestamp(point.at))
            .text("availabilityZone", line.pool.zone);
        let id = facts.region(&call.region).and_then(|region| region.ids.get(line.pool.zone));
        item.maybe("availabilityZoneId", id);
    });
    write_token(&mut xml, token);
    Ok(xml)
}

/// Where the page begins: the series, and how many of its points were given.
fn place(params: &Params) -> Result<(usize, usize)> {
    let Some(token) = params.text("NextToken") else { return Ok((0, 0)) };
    let parts = token.split_once('-');
    parts.and_then(|(at, offset)| Some((at.parse().ok()?, offset.parse().ok()?))).ok_or_else(bad_token)
}

fn instant(params: &Params, name: &str) -> Result<Option<i64>> {
    let Some(text) = params.text(name) else { return Ok(None) };
    let parsed: Timestamp = text
        .parse()
        .map_err(|_| invalid(format!("Invalid value '{text}' for {name}: it must be a time in ISO 8601, in UTC")))?;
    Ok(Some(parsed.as_millisecond()))
}

fn same_price(value: &str, price: f64) -> bool {
    // `*` and `?` are allowed here as well; what is compared is what is written.
    value.parse::<f64>().map_or_else(|_| wildcard(value, &format!("{price:.6}")), |value| (value - price).abs() < 5e-7)
}

fn series<'a>(call: &'a Call, params: &Params, facts: &'a Facts) -> Result<Vec<Series<'a>>> {
    let mut types = params.texts("InstanceType");
    let mut products = params.texts("ProductDescription");
    let mut zones: Vec<String> = params.text("AvailabilityZone").into_iter().collect();
    let mut ids: Vec<String> = params.text("AvailabilityZoneId").into_iter().collect();
    if let Some(unknown) = types.iter().find(|name| !facts.catalogue.types.contains_key(*name)) {
        return Err(invalid(format!("Invalid value '{unknown}' for instanceType")));
    }
    for (name, values) in filters(params) {
        match name.as_str() {
            "instance-type" => types.extend(values),
            "product-description" => products.extend(values),
            "availability-zone" => zones.extend(values),
            "availability-zone-id" => ids.extend(values),
            "spot-price" | "timestamp" => {}
            other => return Err(invalid(format!("The filter '{other}' is invalid"))),
        }
    }
    let any = |patterns: &[String], text: &str| patterns.is_empty() || patterns.iter().any(|it| wildcard(it, text));
    // In accounts of today there is nothing but VPCs, and the two names mean the same.
    let products: Vec<String> = products.iter().map(|it| it.replace(" (Amazon VPC)", "")).collect();
    let Some(region) = facts.region(&call.region) else { return Ok(Vec::new()) };
    let mut series = Vec::new();
    for kind in facts.catalogue.types.values() {
        if !any(&types, &kind.name) || !kind.usage_classes.iter().any(|class| class == "spot") {
            continue;
        }
        for (zone, offered) in &region.zones {
            let id = region.ids.get(zone).map(String::as_str).unwrap_or_default();
            if !offered.contains(&kind.name) || !any(&zones, zone) || !any(&ids, id) {
                continue;
            }
            let pool = Pool { region: &call.region, zone, kind };
            for product in market::products().filter(|product| any(&products, product)) {
                // There is no Windows for Arm here.
                if product != "Windows" || kind.architectures.iter().any(|it| it == "x86_64") {
                    series.push(Series { pool, product });
                }
            }
        }
    }
    Ok(series)
}
