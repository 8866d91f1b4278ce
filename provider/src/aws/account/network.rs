//! Addresses, NAT gateways and load balancers.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::Filter;
use aws_sdk_elasticloadbalancingv2::types::LoadBalancerTypeEnum;
use parapet_pricing::recommend::{Address, Counter, Failure, LoadBalancer, LoadBalancerKind, NatGateway, Tags, kind};
use tfplugin::prelude::*;

use super::asked::Operation;
use super::compute::PAGE;
use super::metrics::{self, Ask, Metric, Stat};
use super::region::{Part, Region, ec2_tags, tags};
use super::{AT_ONCE, bounded};

/// Resources whose tags ELB tells at once.
const TAGGED: usize = 20;
/// Items of a page of ELB: the most it gives.
const ELB_PAGE: i32 = 400;

const NAT: [Metric; 2] = [
    Metric { namespace: "AWS/NATGateway", name: "BytesOutToDestination", stats: &[Stat::Sum] },
    Metric { namespace: "AWS/NATGateway", name: "BytesInFromDestination", stats: &[Stat::Sum] },
];
const APPLICATION: Metric = Metric { namespace: "AWS/ApplicationELB", name: "RequestCount", stats: &[Stat::Sum] };
const NETWORK: Metric = Metric { namespace: "AWS/NetworkELB", name: "ProcessedBytes", stats: &[Stat::Sum] };
const GATEWAY: Metric = Metric { namespace: "AWS/GatewayELB", name: "ProcessedBytes", stats: &[Stat::Sum] };

const fn elb(name: &'static str) -> Operation {
    Operation::new("Elastic Load Balancing", "elasticloadbalancing", name)
}

/// Elastic IP addresses; EC2 gives them all at once.
pub(super) async fn addresses(region: &Region) -> Part<Address> {
    const OPERATION: Operation = Operation::ec2("DescribeAddresses");
    if !region.reads(&[kind::ADDRESS]) {
        return Part::none();
    }
    match region.ec2.describe_addresses().send().await {
        Ok(answer) => {
            let found = answer.addresses().iter().filter_map(address).filter(|it| region.wants(&it.tags));
            Part { found: found.collect(), failures: Vec::new() }
        }
        Err(error) => Part::failed(OPERATION.failed(Some(&region.name), error)),
    }
}

fn address(it: &aws_sdk_ec2::types::Address) -> Option<Address> {
    Some(Address {
        allocation_id: it.allocation_id()?.to_owned(),
        public_ip: it.public_ip().unwrap_or_default().to_owned(),
        association_id: it.association_id().map(str::to_owned),
        instance_id: it.instance_id().filter(|id| !id.is_empty()).map(str::to_owned),
        tags: ec2_tags(it.tags()),
    })
}

/// NAT gateways with the bytes that went through them.
pub(super) async fn nat_gateways(region: &Region) -> Result<Part<NatGateway>> {
    if !region.reads(&[kind::NAT_GATEWAY]) {
        return Ok(Part::none());
    }
    let mut found = match gateways(region).await {
        Ok(found) => found,
        Err(failure) => return Ok(Part::failed(failure)),
    };
    let asks = found.iter().flat_map(|it| NAT.iter().map(|metric| Ask::of(metric, "NatGatewayId", &it.id))).collect();
    let (answers, failures) = metrics::read(&region.cloudwatch, &region.name, region.days, asks).await?;
    for (it, figures) in found.iter_mut().zip(answers.chunks(NAT.len())) {
        it.bytes = metrics::counter(figures.iter().map(Option::as_ref));
    }
    Ok(Part { found, failures })
}

async fn gateways(region: &Region) -> Result<Vec<NatGateway>, Failure> {
    const OPERATION: Operation = Operation::ec2("DescribeNatGateways");
    let available = Filter::builder().name("state").values("available").build();
    let mut pages = region.ec2.describe_nat_gateways().filter(available).into_paginator().page_size(PAGE).send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| OPERATION.failed(Some(&region.name), error))?;
        let gateways = page.nat_gateways().iter().filter_map(|it| {
            Some(NatGateway {
                id: it.nat_gateway_id()?.to_owned(),
                created: region.since(it.create_time()),
                bytes: Counter::NotRead,
                tags: ec2_tags(it.tags()),
            })
        });
        found.extend(gateways.filter(|it| region.wants(&it.tags)));
    }
    Ok(found)
}

/// Load balancers with their targets and what went through them.
pub(super) async fn load_balancers(region: &Region) -> Result<Part<LoadBalancer>> {
    if !region.reads(&[kind::LOAD_BALANCER]) {
        return Ok(Part::none());
    }
    let mut failures = Vec::new();
    let mut found = match balancers(region).await {
        Ok(found) => found,
        Err(failure) => return Ok(Part::failed(failure)),
    };
    if found.is_empty() {
        return Ok(Part { found, failures });
    }
    let arns: Vec<String> = found.iter().map(|it| it.arn.clone()).collect();
    let mut tagged = BTreeMap::new();
    let chunks: Vec<Vec<String>> = arns.chunks(TAGGED).map(<[String]>::to_vec).collect();
    let jobs = chunks.into_iter().map(|arns| tags_of(region.elbv2.clone(), region.name.clone(), arns));
    bounded(AT_ONCE, jobs, |brought: Result<Vec<(String, Tags)>, Failure>| match brought {
        Ok(tags) => tagged.extend(tags),
        Err(failure) => failures.push(failure),
    })
    .await?;
    for it in &mut found {
        it.tags = tagged.remove(&it.arn).unwrap_or_default();
    }
    found.retain(|it| region.wants(&it.tags));
    match targets(region).await? {
        Ok(targets) => {
            for it in &mut found {
                it.targets = Some(targets.get(&it.arn).copied().unwrap_or_default());
            }
        }
        Err(failure) => failures.push(failure),
    }
    let asks = found.iter().filter_map(|it| {
        let metric = match it.kind {
            LoadBalancerKind::Network => &NETWORK,
            LoadBalancerKind::Gateway => &GATEWAY,
            LoadBalancerKind::Application | LoadBalancerKind::Classic => &APPLICATION,
        };
        Some(Ask::of(metric, "LoadBalancer", it.arn.split_once(":loadbalancer/")?.1))
    });
    let (answers, of_metrics) = metrics::read(&region.cloudwatch, &region.name, region.days, asks.collect()).await?;
    for (it, figures) in found.iter_mut().zip(&answers) {
        it.traffic = metrics::counter([figures.as_ref()]);
    }
    failures.extend(of_metrics);
    failures.sort();
    failures.dedup();
    Ok(Part { found, failures })
}

async fn balancers(region: &Region) -> Result<Vec<LoadBalancer>, Failure> {
    const OPERATION: Operation = elb("DescribeLoadBalancers");
    let mut pages = region.elbv2.describe_load_balancers().page_size(ELB_PAGE).into_paginator().send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| OPERATION.failed(Some(&region.name), error))?;
        found.extend(page.load_balancers().iter().filter_map(|it| {
            let arn = it.load_balancer_arn().filter(|arn| arn.contains(":loadbalancer/"))?;
            Some(LoadBalancer {
                arn: arn.to_owned(),
                name: it.load_balancer_name().unwrap_or_default().to_owned(),
                kind: match it.r#type()? {
                    LoadBalancerTypeEnum::Application => LoadBalancerKind::Application,
                    LoadBalancerTypeEnum::Network => LoadBalancerKind::Network,
                    LoadBalancerTypeEnum::Gateway => LoadBalancerKind::Gateway,
                    _ => return None,
                },
                created: region.since(it.created_time()),
                targets: None,
                traffic: Counter::NotRead,
                tags: Tags::new(),
            })
        }));
    }
    Ok(found)
}

async fn tags_of(
    client: aws_sdk_elasticloadbalancingv2::Client,
    region: String,
    arns: Vec<String>,
) -> Result<Vec<(String, Tags)>, Failure> {
    const OPERATION: Operation = elb("DescribeTags");
    let answer = client.describe_tags().set_resource_arns(Some(arns)).send().await;
    let answer = answer.map_err(|error| OPERATION.failed(Some(&region), error))?;
    let described = answer.tag_descriptions().iter().filter_map(|it| {
        Some((it.resource_arn()?.to_owned(), tags(it.tags().iter().map(|tag| (tag.key(), tag.value())))))
    });
    Ok(described.collect())
}

/// Registered targets by load balancer, whatever their health.
async fn targets(region: &Region) -> Result<Result<BTreeMap<String, u32>, Failure>> {
    const GROUPS: Operation = elb("DescribeTargetGroups");
    const HEALTH: Operation = elb("DescribeTargetHealth");
    let mut groups = Vec::new();
    let mut pages = region.elbv2.describe_target_groups().page_size(ELB_PAGE).into_paginator().send();
    while let Some(page) = pages.next().await {
        match page {
            Ok(page) => groups.extend(page.target_groups().iter().filter_map(|it| {
                let used_by = it.load_balancer_arns().to_vec();
                (!used_by.is_empty()).then_some((it.target_group_arn()?.to_owned(), used_by))
            })),
            Err(error) => return Ok(Err(GROUPS.failed(Some(&region.name), error))),
        }
    }
    let jobs = groups.into_iter().map(|(group, used_by)| {
        let (client, name) = (region.elbv2.clone(), region.name.clone());
        async move {
            let answer = client.describe_target_health().target_group_arn(group).send().await;
            let answer = answer.map_err(|error| HEALTH.failed(Some(&name), error))?;
            let targets = u32::try_from(answer.target_health_descriptions().len()).unwrap_or(u32::MAX);
            Ok::<_, Failure>((used_by, targets))
        }
    });
    let (mut found, mut failed) = (BTreeMap::<String, u32>::new(), None);
    bounded(AT_ONCE, jobs, |brought| match brought {
        Ok((used_by, targets)) => {
            for arn in used_by {
                let sum = found.entry(arn).or_default();
                *sum = sum.saturating_add(targets);
            }
        }
        Err(failure) => failed = Some(failure),
    })
    .await?;
    // One group that is not known may be the one with targets.
    Ok(failed.map_or(Ok(found), Err))
}
