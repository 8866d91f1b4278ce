//! DB subnet groups.

use std::collections::BTreeSet;

use super::model::{Store, SubnetGroup, arn};
use super::{Facts, Result, listed, shapes, tags};
use crate::protocol::ApiError;
use crate::protocol::query::Params;
use crate::protocol::xml::Xml;
use crate::services::Call;

fn arn_of(call: &Call, name: &str) -> String {
    arn(&call.region, &call.account, "subgrp", &name.to_lowercase())
}

fn not_found(name: &str) -> ApiError {
    ApiError::new("DBSubnetGroupNotFoundFault", format!("DB subnet group '{name}' does not exist.")).with_status(404)
}

pub(super) fn named<'a>(store: &'a Store, call: &Call, name: &str) -> Result<&'a SubnetGroup> {
    store.subnet_groups.get(&arn_of(call, name)).ok_or_else(|| not_found(name))
}

fn answer(group: &SubnetGroup) -> Xml {
    let mut xml = Xml::default();
    xml.element("DBSubnetGroup", |inside| shapes::subnet_group(inside, group));
    xml
}

pub(super) fn create(store: &mut Store, call: &Call, params: &Params, facts: &Facts) -> Result<Xml> {
    let name = params.required("DBSubnetGroupName")?.to_lowercase();
    let description = params.required("DBSubnetGroupDescription")?;
    let ok =
        name.len() <= 255 && name.chars().all(|c| c.is_ascii_alphanumeric() || " _-.".contains(c)) && name != "default";
    if !ok {
        return Err(super::invalid(
            "The parameter DBSubnetGroupName must contain no more than 255 letters, numbers, periods, underscores, spaces, or hyphens, and must not be default.",
        ));
    }
    let arn = arn_of(call, &name);
    if store.subnet_groups.contains_key(&arn) {
        return Err(ApiError::new(
            "DBSubnetGroupAlreadyExists",
            format!("The DB subnet group '{name}' already exists."),
        ));
    }
    let mut group = SubnetGroup {
        account: call.account.clone(),
        region: call.region.clone(),
        name,
        arn: arn.clone(),
        description,
        vpc: String::new(),
        subnets: Vec::new(),
        tags: tags::given(params),
    };
    put_subnets(&mut group, params, facts)?;
    let answer = answer(&group);
    store.subnet_groups.insert(arn, group);
    Ok(answer)
}

fn put_subnets(group: &mut SubnetGroup, params: &Params, facts: &Facts) -> Result<()> {
    let ids = params.texts("SubnetIds");
    if ids.is_empty() {
        return Err(ApiError::new("MissingParameter", "The request must contain the parameter SubnetIds"));
    }
    let missing: Vec<&String> = ids.iter().filter(|id| !facts.subnets.iter().any(|subnet| subnet.id == **id)).collect();
    if !missing.is_empty() {
        return Err(ApiError::new("InvalidSubnet", format!("Some input subnets in :{missing:?} are invalid.")));
    }
    let vpcs: BTreeSet<&str> = facts.subnets.iter().map(|subnet| subnet.vpc.as_str()).collect();
    if vpcs.len() > 1 {
        return Err(ApiError::new("InvalidSubnet", "The subnets are not all of the same VPC."));
    }
    let zones: BTreeSet<&str> = facts.subnets.iter().map(|subnet| subnet.zone.as_str()).collect();
    if zones.len() < 2 {
        return Err(ApiError::new(
            "DBSubnetGroupDoesNotCoverEnoughAZs",
            "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: 1. Add subnets to cover at least 2 AZs.",
        ));
    }
    group.vpc = vpcs.first().copied().unwrap_or_default().to_owned();
    group.subnets.clone_from(&facts.subnets);
    Ok(())
}

pub(super) fn modify(store: &mut Store, call: &Call, params: &Params, facts: &Facts) -> Result<Xml> {
    let name = params.required("DBSubnetGroupName")?;
    let mut group = named(store, call, &name)?.clone();
    if let Some(description) = params.text("DBSubnetGroupDescription") {
        group.description = description;
    }
    put_subnets(&mut group, params, facts)?;
    let answer = answer(&group);
    store.subnet_groups.insert(group.arn.clone(), group);
    Ok(answer)
}

pub(super) fn describe(store: &Store, call: &Call, params: &Params) -> Result<Xml> {
    let mut own: Vec<&SubnetGroup> =
        store.subnet_groups.values().filter(|it| it.account == call.account && it.region == call.region).collect();
    if let Some(name) = params.text("DBSubnetGroupName") {
        own = vec![named(store, call, &name)?];
    }
    listed(params, "DBSubnetGroups", "DBSubnetGroup", own, shapes::subnet_group)
}

pub(super) fn delete(store: &mut Store, call: &Call, params: &Params) -> Result<()> {
    let name = params.required("DBSubnetGroupName")?;
    let group = named(store, call, &name)?;
    let here = |region: &str, account: &str, used: &Option<String>| {
        region == group.region && account == group.account && used.as_ref() == Some(&group.name)
    };
    let used = store.instances.values().any(|it| here(&it.region, &it.account, &it.settings.subnet_group))
        || store.clusters.values().any(|it| here(&it.region, &it.account, &it.settings.subnet_group));
    if used {
        return Err(ApiError::new(
            "InvalidDBSubnetGroupStateFault",
            format!(
                "Cannot delete the subnet group '{name}' because at least one database instance or cluster is still using it."
            ),
        ));
    }
    let arn = group.arn.clone();
    store.subnet_groups.remove(&arn);
    Ok(())
}
