//! Instance types, and where they are offered.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{ArchitectureType, Filter, InstanceTypeInfo, LocationType, UsageClassType};
use parapet_pricing::spot::{Candidate, SpotPrice};
use parapet_pricing::{Architecture, Gpu, InstanceType, Price, Shape};
use tfplugin::prelude::*;

use crate::aws::AwsResult;

/// The types that can be bought on the Spot market: all of the region, or some.
pub(super) async fn describe(ec2: &Client, only: Option<&BTreeSet<InstanceType>>) -> Result<Vec<Candidate>> {
    // A filter passes over what there is no more; naming it would be an error.
    let request = ec2.describe_instance_types().set_filters(named(only));
    let mut answers = request.into_paginator().items().send();
    let mut found = Vec::new();
    while let Some(info) = answers.next().await {
        found.extend(candidate(&info.doing("describing instance types (ec2:DescribeInstanceTypes)")?));
    }
    Ok(found)
}

fn named(only: Option<&BTreeSet<InstanceType>>) -> Option<Vec<Filter>> {
    let names = only?.iter().map(|it| it.as_str().to_owned()).collect();
    Some(vec![Filter::builder().name("instance-type").set_values(Some(names)).build()])
}

/// Zones by type.
pub(super) async fn zones(
    ec2: &Client,
    zones: &BTreeSet<String>,
    only: Option<&BTreeSet<InstanceType>>,
) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let mut filters = named(only).unwrap_or_default();
    if !zones.is_empty() {
        let values = zones.iter().cloned().collect();
        filters.push(Filter::builder().name("location").set_values(Some(values)).build());
    }
    let request = ec2.describe_instance_type_offerings().location_type(LocationType::AvailabilityZone);
    let mut answers = request.set_filters((!filters.is_empty()).then_some(filters)).into_paginator().items().send();
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    while let Some(offering) = answers.next().await {
        let offering = offering.doing("listing where types are offered (ec2:DescribeInstanceTypeOfferings)")?;
        if let (Some(kind), Some(zone)) = (offering.instance_type(), offering.location()) {
            found.entry(kind.as_str().to_owned()).or_default().insert(zone.to_owned());
        }
    }
    Ok(found)
}

/// Zones of subnets.
pub(super) async fn zones_of(ec2: &Client, subnets: &Set<String>) -> Result<BTreeSet<String>> {
    let request = ec2.describe_subnets().set_subnet_ids(Some(subnets.iter().cloned().collect()));
    let answer = request.send().await.doing("reading the zones of the subnets (ec2:DescribeSubnets)")?;
    Ok(answer.subnets().iter().filter_map(|it| it.availability_zone().map(str::to_owned)).collect())
}

/// Nothing for a type that is not for sale on the Spot market, or whose shape EC2 does not tell.
fn candidate(info: &InstanceTypeInfo) -> Option<Candidate> {
    if !info.supported_usage_classes().contains(&UsageClassType::Spot) {
        return None;
    }
    let architectures = info.processor_info()?.supported_architectures();
    let architecture = if architectures.contains(&ArchitectureType::X8664) {
        Architecture::X86_64
    } else if architectures.contains(&ArchitectureType::Arm64) {
        Architecture::Arm64
    } else {
        return None;
    };
    let gpu = info.gpu_info().and_then(|it| it.gpus().first()).map(|gpu| Gpu {
        manufacturer: gpu.manufacturer().unwrap_or_default().to_owned(),
        name: gpu.name().unwrap_or_default().to_owned(),
        count: gpu.count().and_then(|count| u32::try_from(count).ok()).unwrap_or_default(),
    });
    let shape = Shape {
        vcpu: u32::try_from(info.v_cpu_info()?.default_v_cpus()?).ok()?,
        memory_mib: u64::try_from(info.memory_info()?.size_in_mib()?).ok()?,
        architecture,
        gpu,
        burstable: info.burstable_performance_supported().unwrap_or_default(),
        bare_metal: info.bare_metal().unwrap_or_default(),
        current_generation: info.current_generation().unwrap_or_default(),
    };
    Some(Candidate {
        instance_type: info.instance_type()?.as_str().parse().ok()?,
        shape,
        zones: None,
        on_demand: Price::unknown("it has not been asked for"),
        spot: SpotPrice::Quoted(Price::unknown("it has not been asked for")),
        interruption: None,
        placement_score: None,
    })
}
