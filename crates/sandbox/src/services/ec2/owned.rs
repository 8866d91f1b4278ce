//! Instances, volumes, snapshots, images, addresses and NAT gateways of an account that was seeded.
//!
//! Pages are those of the API (2016-11-15): at most 1,000 items, of volumes 500 however many are asked for; addresses come all at
//! once.

use super::{Result, bad_token, cut, filters, invalid, wildcard, write_token};
use crate::clock::timestamp;
use crate::protocol::query::{Params, ec2_answer};
use crate::protocol::xml::Xml;
use crate::protocol::{Answer, ApiError};
use crate::services::estate::{DAY, Estate, Instance, Tags, Volume};
use crate::services::{Call, digest, page};

/// Fewest, default and most items of a page.
const PAGE: (u32, u32, u32) = (5, 1000, 1000);
/// Most volumes of a page.
const VOLUMES: usize = 500;

/// Answers a call about what an account has; `None` for another call.
#[must_use]
pub fn owned(estate: &Estate, call: &Call, params: &Params) -> Option<Result<Answer>> {
    let inside = match call.operation.as_str() {
        "DescribeInstances" => instances(estate, call, params),
        "DescribeVolumes" => volumes(estate, call, params),
        "DescribeSnapshots" => snapshots(estate, call, params),
        "DescribeImages" => images(estate, params),
        "DescribeAddresses" => addresses(estate, params),
        "DescribeNatGateways" => nat_gateways(estate, params),
        _ => return None,
    };
    Some(inside.map(|inside| ec2_answer(&call.operation, &inside, &call.request_id)))
}

/// Those that every filter lets through; `of` says what a filter looks at, or that there is no such filter.
fn filtered<'a, T>(
    params: &Params,
    all: &'a [T],
    tags: impl Fn(&T) -> &Tags,
    of: impl Fn(&T, &str) -> Option<String>,
) -> Result<Vec<&'a T>> {
    let mut left: Vec<&T> = all.iter().collect();
    for (name, values) in filters(params) {
        let any = |text: &str| values.iter().any(|pattern| wildcard(pattern, text));
        if let Some(key) = name.strip_prefix("tag:") {
            left.retain(|it| tags(it).get(key).is_some_and(|value| any(value)));
            continue;
        }
        if left.first().is_some_and(|it| of(it, &name).is_none()) {
            return Err(ApiError::new("InvalidParameterValue", format!("The filter '{name}' is invalid")));
        }
        left.retain(|it| of(it, &name).is_some_and(|text| any(&text)));
    }
    Ok(left)
}

fn write_tags(xml: &mut Xml, tags: &Tags) {
    xml.list("tagSet", "item", tags, |item, (key, value)| {
        item.text("key", key).text("value", value);
    });
}

fn since(estate: &Estate, days: u32) -> String {
    timestamp(estate.seeded - i64::from(days) * DAY)
}

fn instances(estate: &Estate, call: &Call, params: &Params) -> Result<Xml> {
    let found = filtered(
        params,
        &estate.instances,
        |it| &it.tags,
        |it, filter| match filter {
            "instance-state-name" => Some(it.state.clone()),
            "instance-id" => Some(it.id.clone()),
            "instance-type" => Some(it.instance_type.clone()),
            _ => None,
        },
    )?;
    let (found, token) = cut(params, PAGE, found)?;
    let mut xml = Xml::default();
    xml.list("reservationSet", "item", found, |item, it| {
        item.text("reservationId", format_args!("r-{}", digest(&it.id, 17))).text("ownerId", &call.account);
        item.element("groupSet", |_| {});
        item.list("instancesSet", "item", [it], |item, it| write_instance(item, it, estate, &call.region));
    });
    write_token(&mut xml, token);
    Ok(xml)
}

fn write_instance(item: &mut Xml, it: &Instance, estate: &Estate, region: &str) {
    let code = if it.state == "running" { 16 } else { 80 };
    item.text("instanceId", &it.id)
        .text("imageId", "ami-0123456789abcdef0")
        .element("instanceState", |state| {
            state.text("code", code).text("name", &it.state);
        })
        .text("instanceType", &it.instance_type)
        .text("launchTime", since(estate, it.age_days))
        .element("placement", |placement| {
            placement.text("availabilityZone", format_args!("{region}a")).text("tenancy", "default");
        })
        .element("monitoring", |monitoring| {
            monitoring.text("state", if it.detailed_monitoring { "enabled" } else { "disabled" });
        })
        .text("platformDetails", &it.platform)
        .maybe("instanceLifecycle", it.spot.then_some("spot"));
    write_tags(item, &it.tags);
}

fn volumes(estate: &Estate, call: &Call, params: &Params) -> Result<Xml> {
    let state = |it: &Volume| if it.instance.is_some() { "in-use" } else { "available" };
    let found = filtered(
        params,
        &estate.volumes,
        |it| &it.tags,
        |it, filter| match filter {
            "status" => Some(state(it).to_owned()),
            "volume-id" => Some(it.id.clone()),
            "volume-type" => Some(it.kind.clone()),
            _ => None,
        },
    )?;
    let most = params.number("MaxResults")?.map_or(VOLUMES, |most| VOLUMES.min(most as usize));
    if most < 5 {
        return Err(invalid(format!(
            "Value ( {most} ) for parameter maxResults is invalid. Expecting a value from 5."
        )));
    }
    let (found, token) = page(found, params.text("NextToken").as_deref(), most).ok_or_else(bad_token)?;
    let mut xml = Xml::default();
    xml.list("volumeSet", "item", found, |item, it| {
        item.text("volumeId", &it.id)
            .text("size", it.size)
            .text("availabilityZone", format_args!("{}a", call.region))
            .text("status", state(it))
            .text("createTime", since(estate, it.age_days))
            .list("attachmentSet", "item", &it.instance, |item, instance| {
                item.text("volumeId", &it.id).text("instanceId", instance).text("status", "attached");
            })
            .text("volumeType", &it.kind)
            .maybe("iops", it.iops)
            .maybe("throughput", it.throughput);
        write_tags(item, &it.tags);
    });
    write_token(&mut xml, token);
    Ok(xml)
}

fn snapshots(estate: &Estate, call: &Call, params: &Params) -> Result<Xml> {
    let found = filtered(
        params,
        &estate.snapshots,
        |it| &it.tags,
        |it, filter| match filter {
            "snapshot-id" => Some(it.id.clone()),
            "volume-id" => Some(it.volume.clone()),
            "status" => Some("completed".to_owned()),
            _ => None,
        },
    )?;
    let (found, token) = cut(params, PAGE, found)?;
    let mut xml = Xml::default();
    xml.list("snapshotSet", "item", found, |item, it| {
        item.text("snapshotId", &it.id)
            .text("volumeId", &it.volume)
            .text("status", "completed")
            .text("startTime", since(estate, it.age_days))
            .text("ownerId", &call.account)
            .text("volumeSize", it.size)
            .text("storageTier", "standard")
            .maybe("fullSnapshotSizeInBytes", it.full_bytes);
        write_tags(item, &it.tags);
    });
    write_token(&mut xml, token);
    Ok(xml)
}

fn images(estate: &Estate, params: &Params) -> Result<Xml> {
    let (found, token) = cut(params, (1, 1000, 1000), estate.images.iter().collect())?;
    let mut xml = Xml::default();
    xml.list("imagesSet", "item", found, |item, it| {
        item.text("imageId", &it.id).text("imageState", "available");
        item.list("blockDeviceMapping", "item", &it.snapshots, |item, snapshot| {
            item.text("deviceName", "/dev/xvda").element("ebs", |ebs| {
                ebs.text("snapshotId", snapshot);
            });
        });
    });
    write_token(&mut xml, token);
    Ok(xml)
}

fn addresses(estate: &Estate, params: &Params) -> Result<Xml> {
    let found = filtered(
        params,
        &estate.addresses,
        |it| &it.tags,
        |it, filter| (filter == "public-ip").then(|| it.ip.clone()),
    )?;
    let mut xml = Xml::default();
    xml.list("addressesSet", "item", found, |item, it| {
        item.text("publicIp", &it.ip)
            .text("allocationId", &it.id)
            .text("domain", "vpc")
            .maybe("instanceId", it.instance.as_ref())
            .maybe("associationId", it.instance.as_ref().map(|id| format!("eipassoc-{}", digest(id, 17))));
        write_tags(item, &it.tags);
    });
    Ok(xml)
}

fn nat_gateways(estate: &Estate, params: &Params) -> Result<Xml> {
    let found = filtered(
        params,
        &estate.nat_gateways,
        |it| &it.tags,
        |it, filter| match filter {
            "state" => Some("available".to_owned()),
            "nat-gateway-id" => Some(it.id.clone()),
            _ => None,
        },
    )?;
    let (found, token) = cut(params, PAGE, found)?;
    let mut xml = Xml::default();
    xml.list("natGatewaySet", "item", found, |item, it| {
        item.text("natGatewayId", &it.id).text("state", "available").text("createTime", since(estate, it.age_days));
        write_tags(item, &it.tags);
    });
    write_token(&mut xml, token);
    Ok(xml)
}
