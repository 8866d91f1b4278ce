//! Amazon RDS: DB instances, their replicas and snapshots, subnet groups, Aurora clusters and global clusters. Members, error
//! codes and HTTP statuses are those of the service's model (2014-10-31); parameter groups, option groups and
//! proxies are moto's.

mod advance;
mod clusters;
mod create;
mod engines;
mod facts;
mod global_clusters;
mod instances;
mod model;
mod modify;
pub(crate) mod quotas;
mod replicas;
mod resource;
mod shapes;
mod snapshots;
mod subnet_groups;
mod tags;

use crate::protocol::query::{self, Params};
use crate::protocol::xml::Xml;
use crate::protocol::{Answer, ApiError};

use super::{Call, page};
use resource::Resource;

pub use facts::{Facts, Wants, wants};
pub use model::{Cluster, GlobalCluster, Instance, Settings, Store, Subnet, SubnetGroup};

type Result<T> = std::result::Result<T, ApiError>;

/// Whether a call is answered here; the rest of RDS is moto's.
#[must_use]
pub fn owns(call: &Call, params: &Params) -> bool {
    const OTHERS: [&str; 11] = [
        "ParameterGroup",
        "Parameters",
        "OptionGroup",
        "Orderable",
        "EventSubscription",
        "Event",
        "Proxy",
        "Proxies",
        "DBSecurityGroup",
        "ExportTask",
        "Certificate",
    ];
    match call.operation.as_str() {
        "AddTagsToResource" | "RemoveTagsFromResource" | "ListTagsForResource" => {
            tags::owns(params.get("ResourceName").unwrap_or_default())
        }
        other => !OTHERS.iter().any(|part| other.contains(part)),
    }
}

/// Answers a call.
///
/// # Errors
/// As the service's.
pub fn handle(store: &mut Store, call: &Call, params: &Params, facts: &Facts) -> Result<Answer> {
    let result = match call.operation.as_str() {
        "CreateDBInstance" => create::create(store, call, params, facts)?,
        "CreateDBInstanceReadReplica" => replicas::create(store, call, params, facts)?,
        "PromoteReadReplica" => replicas::promote(store, call, params)?,
        "DescribeDBInstances" => Instance::describe(store, call, params)?,
        "ModifyDBInstance" => modify::modify(store, call, params)?,
        "RebootDBInstance" => instances::reboot(store, call, params)?,
        "StopDBInstance" => instances::stop(store, call, params)?,
        "StartDBInstance" => instances::start(store, call, params)?,
        "DeleteDBInstance" => instances::delete(store, call, params)?,
        "CreateDBSnapshot" => snapshots::create(store, call, params)?,
        "CopyDBSnapshot" => snapshots::copy(store, call, params, facts)?,
        "DescribeDBSnapshots" => snapshots::describe(store, call, params)?,
        "DeleteDBSnapshot" => snapshots::delete(store, call, params)?,
        "RestoreDBInstanceFromDBSnapshot" => snapshots::restore(store, call, params, facts)?,
        "CreateDBSubnetGroup" => subnet_groups::create(store, call, params, facts)?,
        "ModifyDBSubnetGroup" => subnet_groups::modify(store, call, params, facts)?,
        "DescribeDBSubnetGroups" => subnet_groups::describe(store, call, params)?,
        "DeleteDBSubnetGroup" => return done(call, subnet_groups::delete(store, call, params)),
        "CreateDBCluster" => clusters::create(store, call, params, facts)?,
        "DescribeDBClusters" => Cluster::describe(store, call, params)?,
        "ModifyDBCluster" => clusters::modify(store, call, params)?,
        "FailoverDBCluster" => clusters::fail_over(store, call, params)?,
        "DeleteDBCluster" => clusters::delete(store, call, params)?,
        "CreateGlobalCluster" => global_clusters::create(store, call, params)?,
        "DescribeGlobalClusters" => global_clusters::describe(store, call, params)?,
        "ModifyGlobalCluster" => global_clusters::modify(store, call, params)?,
        "SwitchoverGlobalCluster" => global_clusters::switch_over(store, call, params, facts)?,
        "FailoverGlobalCluster" => global_clusters::fail_over(store, call, params, facts)?,
        "RemoveFromGlobalCluster" => global_clusters::remove(store, call, params)?,
        "DeleteGlobalCluster" => global_clusters::delete(store, call, params)?,
        "DescribeAccountAttributes" => quotas::describe(store, call),
        "DescribeDBEngineVersions" => engines::describe(params)?,
        "AddTagsToResource" => return done(call, tags::add(store, params)),
        "RemoveTagsFromResource" => return done(call, tags::remove(store, params)),
        "ListTagsForResource" => tags::list(store, params)?,
        other => {
            return Err(ApiError::new(
                "InvalidAction",
                format!("Could not find operation {other}: the sandbox does not implement it."),
            ));
        }
    };
    Ok(query::answer("rds", &call.operation, Some(&result), &call.request_id))
}

/// The answer of an operation that has no result.
fn done(call: &Call, result: Result<()>) -> Result<Answer> {
    result.map(|()| query::answer("rds", &call.operation, None, &call.request_id))
}

/// A page of a `Describe…` as the API cuts it.
fn listed<T>(params: &Params, name: &str, member: &str, items: Vec<T>, item: impl Fn(&mut Xml, T)) -> Result<Xml> {
    let most = params.number("MaxRecords")?.unwrap_or(100);
    if !(20..=100).contains(&most) {
        return Err(invalid(format!("Invalid value {most} for MaxRecords. Must be between 20 and 100")));
    }
    let marker = params.text("Marker");
    let (items, next) =
        page(items, marker.as_deref(), most as usize).ok_or_else(|| invalid("The request has an invalid Marker."))?;
    let mut xml = Xml::default();
    xml.list(name, member, items, item);
    xml.maybe("Marker", next);
    Ok(xml)
}

fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidParameterValue", message)
}

fn combination(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidParameterCombination", message)
}

fn bad_state(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidDBInstanceState", message)
}

/// An identifier as RDS allows it, in lower case.
fn identifier(params: &Params, name: &str) -> Result<String> {
    let given = params.required(name)?;
    let ok = given.len() <= 63
        && given.starts_with(|c: char| c.is_ascii_alphabetic())
        && given.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && !given.ends_with('-')
        && !given.contains("--");
    if ok {
        return Ok(given.to_lowercase());
    }
    Err(invalid(format!(
        "The parameter {name} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII \
         letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens."
    )))
}

#[cfg(test)]
mod tests;
