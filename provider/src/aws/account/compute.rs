//! EC2 instances, how they are used, and what instance types can carry.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aws_sdk_ec2::types::{
    Filter, InstanceLifecycleType, InstanceStateName, InstanceTypeInfo, MonitoringState, Tenancy,
};
use parapet_pricing::InstanceType;
use parapet_pricing::recommend::{Ceilings, Failure, Gauge, Instance, Lifecycle, Platform, Series, counterparts, kind};
use tfplugin::prelude::*;

use super::asked::Operation;
use super::metrics::{self, Ask, Dimensions, Figures, LEVEL, Metric, RATE};
use super::region::{Part, Region, ec2_tags};

/// Items of a page: the most EC2 gives.
pub(super) const PAGE: i32 = 1000;
/// Values of a filter: the most EC2 takes.
const VALUES: usize = 200;

const CPU: Metric = Metric { namespace: "AWS/EC2", name: "CPUUtilization", stats: LEVEL };
const MEMORY: Metric = Metric { namespace: "CWAgent", name: "mem_used_percent", stats: LEVEL };
const NETWORK: [Metric; 2] = [rate("NetworkIn"), rate("NetworkOut")];
const EBS_OPERATIONS: [Metric; 2] = [rate("EBSReadOps"), rate("EBSWriteOps")];
const EBS_BYTES: [Metric; 2] = [rate("EBSReadBytes"), rate("EBSWriteBytes")];
/// Metrics of an instance beside its memory.
const ASKED: usize = 7;

const fn rate(name: &'static str) -> Metric {
    Metric { namespace: "AWS/EC2", name, stats: RATE }
}

/// Zones of instances by type.
pub(super) type Zones = BTreeMap<InstanceType, BTreeSet<String>>;

/// An instance before its metrics are known.
struct Seen {
    instance: Instance,
    detailed: bool,
}

/// Instances with their metrics, and the zones their types run in.
pub(super) async fn instances(region: &Region) -> Result<(Part<Instance>, Zones)> {
    let mut zones = Zones::new();
    // Whether an instance is stopped says whether its address is in use.
    if !region.reads(&[kind::INSTANCE, kind::ADDRESS]) {
        return Ok((Part::none(), zones));
    }
    let seen = match described(region, &mut zones).await {
        Ok(seen) => seen,
        Err(failure) => return Ok((Part::failed(failure), zones)),
    };
    if !region.reads(&[kind::INSTANCE]) {
        let found = seen.into_iter().map(|it| it.instance).collect();
        return Ok((Part { found, failures: Vec::new() }, zones));
    }
    let mut failures = Vec::new();
    // Without instances there is nothing to ask of the agent.
    let agents = if seen.is_empty() { Ok(BTreeMap::new()) } else { agents(region).await };
    let agents = agents.map_err(|failure| failures.push(failure)).ok();
    let (mut asks, mut of_memory) = (Vec::new(), BTreeMap::new());
    for (place, it) in seen.iter().enumerate().filter(|(_, it)| it.instance.running) {
        let dimensions: Dimensions = Arc::new([(Cow::Borrowed("InstanceId"), it.instance.id.clone())]);
        let [cpu, network, operations, bytes] = [std::slice::from_ref(&CPU), &NETWORK, &EBS_OPERATIONS, &EBS_BYTES];
        for metric in [cpu, network, operations, bytes].into_iter().flatten() {
            asks.push(Ask { metric, dimensions: Arc::clone(&dimensions) });
        }
        if let Some(agent) = agents.as_ref().and_then(|agents| agents.get(&it.instance.id)) {
            of_memory.insert(place, agent.clone());
        }
    }
    let first_of_memory = asks.len();
    asks.extend(of_memory.values().map(|dimensions| Ask { metric: &MEMORY, dimensions: Arc::clone(dimensions) }));
    let (answers, of_metrics) = metrics::read(&region.cloudwatch, &region.name, region.days, asks).await?;
    failures.extend(of_metrics);
    let (usual, memory) = answers.split_at(first_of_memory.min(answers.len()));
    let memory: BTreeMap<usize, &Option<Figures>> = of_memory.keys().copied().zip(memory).collect();
    let mut usual = usual.chunks(ASKED);
    let mut found = Vec::with_capacity(seen.len());
    for (place, it) in seen.into_iter().enumerate() {
        let Seen { mut instance, detailed } = it;
        if instance.running
            && let Some([cpu, into, out, reads, writes, read, written]) = usual.next()
        {
            let seconds = seconds(detailed, into.as_ref());
            instance.cpu_percent = metrics::gauge(cpu.as_ref());
            instance.network_bytes_per_second = busier(into.as_ref(), out.as_ref(), seconds);
            instance.ebs_iops = together(reads.as_ref(), writes.as_ref(), seconds);
            instance.ebs_bytes_per_second = together(read.as_ref(), written.as_ref(), seconds);
            instance.memory_percent = match (memory.get(&place), &agents) {
                (Some(figures), _) => metrics::gauge(figures.as_ref()),
                (None, Some(_)) => Gauge::Silent,
                (None, None) => Gauge::NotRead,
            };
        }
        found.push(instance);
    }
    Ok((Part { found, failures }, zones))
}

async fn described(region: &Region, zones: &mut Zones) -> Result<Vec<Seen>, Failure> {
    const OPERATION: Operation = Operation::ec2("DescribeInstances");
    let states = ["pending", "running", "stopping", "stopped"].map(str::to_owned).to_vec();
    let filter = Filter::builder().name("instance-state-name").set_values(Some(states)).build();
    let request = region.ec2.describe_instances().filters(filter);
    let mut pages = request.into_paginator().page_size(PAGE).send();
    let mut seen = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| OPERATION.failed(Some(&region.name), error))?;
        for it in page.reservations().iter().flat_map(|it| it.instances()) {
            let Some(it) = instance(region, it, zones) else { continue };
            if region.wants(&it.instance.tags) {
                seen.push(it);
            }
        }
    }
    Ok(seen)
}

fn instance(region: &Region, it: &aws_sdk_ec2::types::Instance, zones: &mut Zones) -> Option<Seen> {
    let instance_type: InstanceType = it.instance_type()?.as_str().parse().ok()?;
    let tags = ec2_tags(it.tags());
    let running = matches!(
        it.state().and_then(|state| state.name()),
        Some(InstanceStateName::Running | InstanceStateName::Pending)
    );
    let placement = it.placement();
    if running && let Some(zone) = placement.and_then(|it| it.availability_zone()) {
        zones.entry(instance_type.clone()).or_default().insert(zone.to_owned());
    }
    let tenancy = placement.and_then(|it| it.tenancy());
    let instance = Instance {
        id: it.instance_id()?.to_owned(),
        instance_type,
        running,
        platform: match it.platform_details().unwrap_or("Linux/UNIX") {
            "Linux/UNIX" => Platform::Linux,
            details if details.starts_with("Windows") => Platform::Windows,
            details => Platform::Other(details.to_owned()),
        },
        lifecycle: match it.instance_lifecycle() {
            None => Lifecycle::OnDemand,
            Some(InstanceLifecycleType::Spot) => Lifecycle::Spot,
            Some(_) => Lifecycle::Other,
        },
        shared_tenancy: tenancy.is_none_or(|it| *it == Tenancy::Default),
        launched: region.since(it.launch_time()),
        auto_scaling_group: tags.get("aws:autoscaling:groupName").cloned(),
        tags,
        cpu_percent: Gauge::NotRead,
        memory_percent: Gauge::NotRead,
        network_bytes_per_second: Gauge::NotRead,
        ebs_iops: Gauge::NotRead,
        ebs_bytes_per_second: Gauge::NotRead,
    };
    let detailed = it.monitoring().and_then(|it| it.state()) == Some(&MonitoringState::Enabled);
    Some(Seen { instance, detailed })
}

/// The dimensions under which the agent writes the memory of each instance that has one.
async fn agents(region: &Region) -> Result<BTreeMap<String, Dimensions>, Failure> {
    const OPERATION: Operation = Operation::new("CloudWatch", "cloudwatch", "ListMetrics");
    let request = region.cloudwatch.list_metrics().namespace(MEMORY.namespace).metric_name(MEMORY.name);
    let mut pages = request.into_paginator().send();
    let mut found: BTreeMap<String, Dimensions> = BTreeMap::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| OPERATION.failed(Some(&region.name), error))?;
        for metric in page.metrics() {
            let named = metric.dimensions().iter();
            let dimensions: Vec<_> =
                named.filter_map(|it| Some((Cow::Owned(it.name()?.to_owned()), it.value()?.to_owned()))).collect();
            let id = dimensions.iter().find(|(name, _)| name == "InstanceId").map(|(_, id)| id.clone());
            // Of several series the plainest: others are splits of it.
            if let Some(id) = id
                && found.get(&id).is_none_or(|before| before.len() > dimensions.len())
            {
                found.insert(id, dimensions.into());
            }
        }
    }
    Ok(found)
}

/// Seconds that a sample covers: EC2 writes one in five minutes, and one a minute with detailed monitoring.
fn seconds(detailed: bool, figures: Option<&Figures>) -> f64 {
    // More than one in five minutes on any day: it was switched in the meantime.
    if detailed || figures.is_some_and(|it| it.most_samples > 288.5) { 60.0 } else { 300.0 }
}

/// The busier of two directions.
fn busier(one: Option<&Figures>, other: Option<&Figures>, seconds: f64) -> Gauge {
    both(one, other, seconds, |a, b| Series {
        mean: a.mean.max(b.mean),
        p95: a.p95.max(b.p95),
        max: a.max.max(b.max),
        datapoints: a.datapoints.min(b.datapoints),
        days: a.days.min(b.days),
    })
}

/// Both together. Of percentiles and highest values the sum is a bound: they need not come together.
fn together(one: Option<&Figures>, other: Option<&Figures>, seconds: f64) -> Gauge {
    both(one, other, seconds, |a, b| Series {
        mean: a.mean + b.mean,
        p95: a.p95 + b.p95,
        max: a.max + b.max,
        datapoints: a.datapoints.min(b.datapoints),
        days: a.days.min(b.days),
    })
}

fn both(
    one: Option<&Figures>,
    other: Option<&Figures>,
    seconds: f64,
    join: impl FnOnce(&Series, &Series) -> Series,
) -> Gauge {
    match (metrics::rate(one, seconds), metrics::rate(other, seconds)) {
        (Gauge::Values(one), Gauge::Values(other)) => Gauge::Values(join(&one, &other)),
        (Gauge::NotRead, _) | (_, Gauge::NotRead) => Gauge::NotRead,
        // What EC2 writes of one direction only says nothing of both.
        _ => Gauge::Silent,
    }
}

/// What the types in use and those that may take their place can carry.
pub(super) async fn ceilings(
    region: &Region,
    instances: &[Instance],
) -> Result<BTreeMap<InstanceType, Ceilings>, Failure> {
    const OPERATION: Operation = Operation::ec2("DescribeInstanceTypes");
    if !region.reads(&[kind::INSTANCE]) {
        return Ok(BTreeMap::new());
    }
    let in_use: BTreeSet<&InstanceType> = instances.iter().map(|it| &it.instance_type).collect();
    let of_family = in_use.iter().map(|it| format!("{}.*", it.family()));
    let others =
        in_use.iter().flat_map(|it| counterparts(it, &region.book, &region.name)).map(|it| it.as_str().to_owned());
    let names: BTreeSet<String> = of_family.chain(others).collect();
    let names: Vec<String> = names.into_iter().collect();
    let mut found = BTreeMap::new();
    for names in names.chunks(VALUES) {
        let filter = Filter::builder().name("instance-type").set_values(Some(names.to_vec())).build();
        let mut types = region.ec2.describe_instance_types().filters(filter).into_paginator().items().send();
        while let Some(info) = types.next().await {
            let info = info.map_err(|error| OPERATION.failed(Some(&region.name), error))?;
            let name = info.instance_type().and_then(|it| it.as_str().parse().ok());
            found.extend(name.map(|name| (name, ceiling(&info))));
        }
    }
    Ok(found)
}

fn ceiling(info: &InstanceTypeInfo) -> Ceilings {
    let ebs = info.ebs_info().and_then(|it| it.ebs_optimized_info());
    let cards = info.network_info().map(|it| it.network_cards()).unwrap_or_default();
    let bandwidth: Option<f64> = cards.iter().map(|it| it.baseline_bandwidth_in_gbps()).sum();
    Ceilings {
        ebs_iops: ebs.and_then(|it| it.baseline_iops()).map(f64::from),
        ebs_bytes_per_second: ebs.and_then(|it| it.baseline_throughput_in_m_bps()).map(|it| it * 1e6),
        network_bytes_per_second: bandwidth.filter(|it| *it > 0.0).map(|it| it * 125e6),
    }
}
