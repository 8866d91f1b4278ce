//! What must hold before a failover: looked at without changing anything, for the failover itself, the drill and the readiness data source.

use tfplugin::prelude::*;

use super::database::{self, Database, Seen};
use super::model::{Failover, Site};
use super::traffic;
use crate::aws::{Aws, AwsResult};

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Check {
    /// Short name, such as `replica_available`.
    pub(crate) name: &'static str,
    /// Whether it holds.
    pub(crate) passed: bool,
    /// Whether a failover must not begin without it.
    pub(crate) blocking: bool,
    /// What was seen.
    pub(crate) detail: String,
}

impl Check {
    fn blocking(name: &'static str, passed: bool, detail: impl Into<String>) -> Self {
        Self { name, passed, blocking: true, detail: detail.into() }
    }

    fn advisory(name: &'static str, passed: bool, detail: impl Into<String>) -> Self {
        Self { name, passed, blocking: false, detail: detail.into() }
    }
}

/// What was seen of both sides, and what it means.
#[derive(Debug)]
pub(crate) struct Preflight {
    pub(crate) old: Seen<Database>,
    pub(crate) new: Seen<Database>,
    pub(crate) checks: Vec<Check>,
}

impl Preflight {
    /// The checks that stand in the way.
    pub(crate) fn obstacles(&self) -> Vec<&Check> {
        self.checks.iter().filter(|check| check.blocking && !check.passed).collect()
    }
}

/// Looks at everything a failover from `old` to `new` needs.
pub(crate) async fn preflight(aws: &Aws, plan: &Failover, old: &Site, new: &Site) -> Result<Preflight> {
    let (seen_old, seen_new) = tokio::join!(database::look(aws, old), database::look(aws, new));
    let (seen_old, seen_new) = (seen_old?, seen_new?);
    let mut checks = Vec::new();
    match &seen_new {
        Seen::There(replica) => {
            replica_checks(plan, old, replica, &mut checks);
            checks.push(key_check(aws, new, replica).await);
            checks.push(subnet_check(aws, new, replica).await);
        }
        Seen::Gone => {
            checks.push(Check::blocking("replica_exists", false, format!("there is no database in {}", new.name)))
        }
        Seen::Unreachable(reason) => checks.push(Check::blocking("replica_exists", false, reason.clone())),
    }
    let reachable = !matches!(seen_old, Seen::Unreachable(_));
    let detail = if reachable { "answers" } else { "does not answer: this is an unplanned failover" };
    checks.push(Check::advisory("old_region_reachable", reachable, format!("{} {detail}", old.name)));
    if plan.fencing_mode() == "security_group" {
        let check = if plan.fencing_required() { Check::blocking } else { Check::advisory };
        let detail = if reachable {
            "the old database can be fenced"
        } else {
            "a security group cannot be changed in a region that does not answer"
        };
        checks.push(check("fence_possible", reachable, detail));
    }
    if plan.traffic.is_some() {
        checks.push(endpoint_check(aws, new).await);
    }
    Ok(Preflight { old: seen_old, new: seen_new, checks })
}

fn replica_checks(plan: &Failover, old: &Site, replica: &Database, checks: &mut Vec<Check>) {
    let source = replica.source.as_deref();
    let of_old = source.is_some_and(|source| names(source, old));
    let detail = match source {
        None => {
            "it is a writer already, and replicates nothing: rebuild it as a replica of the active region".to_owned()
        }
        Some(source) if of_old => format!("replicates {source}"),
        Some(source) => format!("replicates {source}, which is not the database of {}", old.name),
    };
    checks.push(Check::blocking("replicates_active_region", of_old, detail));
    let status = &replica.status;
    checks.push(Check::blocking("replica_available", status == "available", format!("the replica is {status}")));
    let retention = plan.post_promotion.as_ref().and_then(|wanted| wanted.backup_retention_period);
    let backups = replica.backup_retention_period >= 1
        || retention.is_some_and(|days| days >= 1)
        || replica.global_cluster.is_some();
    checks.push(Check::advisory(
        "backups_after_promotion",
        backups,
        format!(
            "backups are kept for {} days",
            retention.unwrap_or_else(|| i64::from(replica.backup_retention_period))
        ),
    ));
}

/// Whether a replication source, an identifier or an ARN, is the database of a site.
fn names(source: &str, site: &Site) -> bool {
    match (&site.db_instance_identifier, &site.db_cluster_arn) {
        (Some(identifier), _) => {
            let (region, name) = match source.split(':').collect::<Vec<_>>().as_slice() {
                [_, _, _, region, _, _, name] => (Some(*region), *name),
                _ => (None, source),
            };
            name == identifier && region.is_none_or(|region| region == site.name)
        }
        (None, Some(arn)) => source == arn,
        (None, None) => false,
    }
}

async fn endpoint_check(aws: &Aws, new: &Site) -> Check {
    let name = "endpoints_healthy";
    let Some(group) = new.endpoint_group_arn.as_deref() else {
        return Check::blocking(name, false, format!("{} names no `endpoint_group_arn` to move traffic to", new.name));
    };
    match traffic::endpoint_group(aws, group).await {
        Ok(group) => Check::blocking(name, group.is_healthy(), group.describe()),
        Err(error) => Check::blocking(name, false, reason(&error)),
    }
}

async fn key_check(aws: &Aws, site: &Site, replica: &Database) -> Check {
    let Some(key) = &replica.kms_key_id else {
        return Check::blocking("key_usable", true, "the database is not encrypted");
    };
    let answer = aws.kms(&site.name).describe_key().key_id(key).send().await.doing("reading the key");
    match answer.map(|answer| answer.key_metadata) {
        Ok(Some(metadata)) => {
            Check::blocking("key_usable", metadata.enabled(), format!("{key} is {}", state_of(&metadata)))
        }
        Ok(None) => Check::blocking("key_usable", false, format!("AWS says nothing about {key}")),
        Err(error) => Check::blocking("key_usable", false, reason(&error)),
    }
}

fn state_of(metadata: &aws_sdk_kms::types::KeyMetadata) -> &str {
    metadata.key_state().map_or("in an unknown state", |state| state.as_str())
}

async fn subnet_check(aws: &Aws, site: &Site, replica: &Database) -> Check {
    let Some(group) = &replica.subnet_group else {
        return Check::blocking("subnets_present", true, "the database is in no subnet group");
    };
    let answer = aws.rds(&site.name).describe_db_subnet_groups().db_subnet_group_name(group).send().await;
    match answer.doing("reading the subnet group") {
        Ok(answer) => {
            let zones: std::collections::BTreeSet<&str> = answer
                .db_subnet_groups()
                .iter()
                .flat_map(|group| group.subnets())
                .filter_map(|subnet| subnet.subnet_availability_zone()?.name())
                .collect();
            Check::blocking(
                "subnets_present",
                !zones.is_empty(),
                format!("{group} reaches {} availability zones", zones.len()),
            )
        }
        Err(error) => Check::blocking("subnets_present", false, reason(&error)),
    }
}

/// The first problem of an error, in one line.
pub(crate) fn reason(error: &Error) -> String {
    let first = error.diagnostics().first();
    first.map(|problem| format!("{}: {}", problem.summary, problem.detail)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(name: &str) -> Site {
        Site {
            name: name.to_owned(),
            db_instance_identifier: Some("orders".to_owned()),
            db_cluster_arn: None,
            endpoint_group_arn: None,
        }
    }

    #[test]
    fn a_source_is_an_identifier_or_an_arn_of_the_right_region() {
        let arn = "arn:aws:rds:eu-west-1:123456789012:db:orders";
        assert!(names(arn, &site("eu-west-1")) && names("orders", &site("eu-west-1")));
        assert!(!names(arn, &site("eu-central-1")) && !names("other", &site("eu-west-1")));
    }
}
