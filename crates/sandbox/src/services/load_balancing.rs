//! Elastic Load Balancing, of an account that was seeded: load balancers, their targets and tags. Shapes and limits of the API
//! (2015-12-01).

use super::estate::{DAY, Estate, LoadBalancer};
use super::{Call, page};
use crate::clock::timestamp;
use crate::protocol::query::{Params, answer};
use crate::protocol::xml::Xml;
use crate::protocol::{Answer, ApiError};

type Result<T> = std::result::Result<T, ApiError>;

/// Most items of a page.
const PAGE: u32 = 400;
/// Most resources whose tags are told at once.
const TAGGED: usize = 20;

/// Answers a call; `None` for one that is moto's.
#[must_use]
pub fn handle(estate: &Estate, call: &Call, params: &Params) -> Option<Result<Answer>> {
    let result = match call.operation.as_str() {
        "DescribeLoadBalancers" => load_balancers(estate, call, params),
        "DescribeTargetGroups" => target_groups(estate, call, params),
        "DescribeTargetHealth" => target_health(estate, call, params),
        "DescribeTags" => tags(estate, call, params),
        _ => return None,
    };
    Some(result.map(|result| answer("elasticloadbalancing", &call.operation, Some(&result), &call.request_id)))
}

fn arn(call: &Call, kind: &str, name: &str) -> String {
    format!("arn:aws:elasticloadbalancing:{}:{}:{kind}/{name}", call.region, call.account)
}

fn balancer(call: &Call, it: &LoadBalancer) -> String {
    arn(call, "loadbalancer", &it.dimension())
}

fn group(call: &Call, it: &LoadBalancer) -> String {
    arn(call, "targetgroup", &format!("{}/{}", it.name, super::digest(&it.dimension(), 16)))
}

fn cut<'a>(params: &Params, all: &'a [LoadBalancer]) -> Result<(Vec<&'a LoadBalancer>, Option<String>)> {
    let most = params.number("PageSize")?.unwrap_or(PAGE);
    if !(1..=PAGE).contains(&most) {
        return Err(ApiError::new("ValidationError", format!("PageSize {most} is not between 1 and {PAGE}")));
    }
    page(all.iter().collect(), params.text("Marker").as_deref(), most as usize)
        .ok_or_else(|| ApiError::new("ValidationError", "The marker is not valid"))
}

fn load_balancers(estate: &Estate, call: &Call, params: &Params) -> Result<Xml> {
    let (found, marker) = cut(params, &estate.load_balancers)?;
    let mut xml = Xml::default();
    xml.list("LoadBalancers", "member", found, |item, it| {
        item.text("LoadBalancerArn", balancer(call, it))
            .text("LoadBalancerName", &it.name)
            .text("Type", &it.kind)
            .text("CreatedTime", timestamp(estate.seeded - i64::from(it.age_days) * DAY))
            .element("State", |state| {
                state.text("Code", "active");
            });
    });
    xml.maybe("NextMarker", marker);
    Ok(xml)
}

fn target_groups(estate: &Estate, call: &Call, params: &Params) -> Result<Xml> {
    let (found, marker) = cut(params, &estate.load_balancers)?;
    let mut xml = Xml::default();
    xml.list("TargetGroups", "member", found, |item, it| {
        item.text("TargetGroupArn", group(call, it)).text("TargetGroupName", &it.name).texts(
            "LoadBalancerArns",
            "member",
            [balancer(call, it)],
        );
    });
    xml.maybe("NextMarker", marker);
    Ok(xml)
}

fn target_health(estate: &Estate, call: &Call, params: &Params) -> Result<Xml> {
    let wanted = params.required("TargetGroupArn")?;
    let found = estate.load_balancers.iter().find(|it| group(call, it) == wanted);
    let found = found.ok_or_else(|| ApiError::new("TargetGroupNotFound", "One or more target groups not found"))?;
    let mut xml = Xml::default();
    xml.list("TargetHealthDescriptions", "member", &found.targets, |item, target| {
        item.element("Target", |inside| {
            inside.text("Id", target).text("Port", 80);
        });
        item.element("TargetHealth", |health| {
            health.text("State", "healthy");
        });
    });
    Ok(xml)
}

fn tags(estate: &Estate, call: &Call, params: &Params) -> Result<Xml> {
    let wanted = params.texts("ResourceArns");
    if wanted.len() > TAGGED {
        return Err(ApiError::new("ValidationError", format!("At most {TAGGED} resources can be asked for at once")));
    }
    let mut found = Vec::new();
    for arn in wanted {
        let it = estate.load_balancers.iter().find(|it| balancer(call, it) == arn);
        found.push(it.ok_or_else(|| ApiError::new("LoadBalancerNotFound", format!("{arn} not found")))?);
    }
    let mut xml = Xml::default();
    xml.list("TagDescriptions", "member", found, |item, it| {
        item.text("ResourceArn", balancer(call, it));
        item.list("Tags", "member", &it.tags, |tag, (key, value)| {
            tag.text("Key", key).text("Value", value);
        });
    });
    Ok(xml)
}
