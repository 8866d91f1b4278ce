//! From what AWS has to what the state says.

use std::collections::BTreeSet;

use aws_sdk_rds::types::DbInstance;
use tfplugin::prelude::*;

use super::model::{DatabaseReplica, DatabaseReplicaKey, PRIMARY, REPLICA};
use crate::aws::{FENCED, Tags, own_tags, without_reserved};

/// What can be set on an instance. What waits for the maintenance window counts as done: it needs nothing more from us.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Settings {
    pub(super) instance_class: Option<String>,
    pub(super) security_groups: BTreeSet<String>,
    pub(super) multi_az: bool,
    pub(super) port: Option<i64>,
    pub(super) monitoring_interval: i64,
    pub(super) monitoring_role_arn: Option<String>,
    pub(super) insights: bool,
    pub(super) insights_key: Option<String>,
    pub(super) insights_retention: Option<i64>,
    pub(super) backup_retention_period: i64,
    pub(super) deletion_protection: bool,
    pub(super) auto_minor_version_upgrade: bool,
    pub(super) parameter_group: Option<String>,
    pub(super) storage_type: Option<String>,
}

impl Settings {
    pub(super) fn of(remote: &DbInstance) -> Self {
        let pending = remote.pending_modified_values.as_ref();
        let port = remote.endpoint.as_ref().and_then(|endpoint| endpoint.port);
        let groups = remote.vpc_security_groups().iter().filter_map(|group| group.vpc_security_group_id.clone());
        let pending_class = pending.and_then(|pending| pending.db_instance_class.clone());
        let pending_storage = pending.and_then(|pending| pending.storage_type.clone());
        Self {
            instance_class: pending_class.or_else(|| remote.db_instance_class.clone()),
            security_groups: groups.collect(),
            multi_az: pending.and_then(|pending| pending.multi_az).or(remote.multi_az).unwrap_or_default(),
            port: pending.and_then(|pending| pending.port).or(port).or(remote.db_instance_port).map(i64::from),
            monitoring_interval: remote.monitoring_interval.map(i64::from).unwrap_or_default(),
            monitoring_role_arn: remote.monitoring_role_arn.clone(),
            insights: remote.performance_insights_enabled.unwrap_or_default(),
            insights_key: remote.performance_insights_kms_key_id.clone(),
            insights_retention: remote.performance_insights_retention_period.map(i64::from),
            backup_retention_period: pending
                .and_then(|pending| pending.backup_retention_period)
                .or(remote.backup_retention_period)
                .map(i64::from)
                .unwrap_or_default(),
            deletion_protection: remote.deletion_protection.unwrap_or_default(),
            auto_minor_version_upgrade: remote.auto_minor_version_upgrade.unwrap_or_default(),
            parameter_group: remote
                .db_parameter_groups()
                .first()
                .and_then(|group| group.db_parameter_group_name.clone()),
            storage_type: pending_storage.or_else(|| remote.storage_type.clone()),
        }
    }
}

/// Names of settings that wait for the maintenance window.
pub(super) fn pending(remote: &DbInstance) -> Vec<&'static str> {
    let Some(pending) = &remote.pending_modified_values else { return Vec::new() };
    [
        ("instance_class", pending.db_instance_class.is_some()),
        ("multi_az", pending.multi_az.is_some()),
        ("port", pending.port.is_some()),
        ("backup_retention_period", pending.backup_retention_period.is_some()),
        ("storage_type", pending.storage_type.is_some()),
    ]
    .into_iter()
    .filter_map(|(name, waits)| waits.then_some(name))
    .collect()
}

/// `replica` while it has a source, `primary` after.
pub(super) fn role(remote: &DbInstance) -> &'static str {
    let source =
        [&remote.read_replica_source_db_instance_identifier, &remote.read_replica_source_db_cluster_identifier];
    if source.into_iter().flatten().any(|source| !source.is_empty()) { REPLICA } else { PRIMARY }
}

/// The state. `prior` is `None` right after an import; `defaults` are the tags of the provider block.
pub(super) fn replica(
    remote: &DbInstance,
    key: &DatabaseReplicaKey,
    prior: Option<&DatabaseReplica>,
    defaults: &Tags,
) -> DatabaseReplica {
    let settings = Settings::of(remote);
    let is_primary = role(remote) == PRIMARY;
    let all = tags(remote);
    let (insights_key, insights_retention) = (insights_key(&settings, prior), insights_retention(&settings, prior));
    let mut observed = DatabaseReplica {
        region: key.region.clone(),
        identifier: key.identifier.clone(),
        source_db_instance_arn: source(remote, prior),
        instance_class: settings.instance_class.into(),
        kms_key_id: Computed::Unknown,
        db_subnet_group_name: Computed::Unknown,
        vpc_security_group_ids: Computed::Known(settings.security_groups.into_iter().collect()),
        multi_az: settings.multi_az,
        port: settings.port.into(),
        monitoring_interval: settings.monitoring_interval,
        monitoring_role_arn: settings.monitoring_role_arn,
        performance_insights_enabled: settings.insights,
        performance_insights_kms_key_id: insights_key,
        performance_insights_retention_period: insights_retention,
        backup_retention_period: settings.backup_retention_period,
        deletion_protection: settings.deletion_protection,
        auto_minor_version_upgrade: settings.auto_minor_version_upgrade,
        parameter_group_name: settings.parameter_group.into(),
        storage_type: settings.storage_type.into(),
        skip_final_snapshot: prior.is_some_and(|prior| prior.skip_final_snapshot),
        final_snapshot_identifier: prior.and_then(|prior| prior.final_snapshot_identifier.clone()),
        apply_immediately: prior.is_some_and(|prior| prior.apply_immediately),
        tags: own_tags(&all, prior.map(|prior| &prior.tags), defaults),
        tags_all: Computed::Known(all),
        arn: Computed::Unknown,
        endpoint: Computed::Unknown,
        address: Computed::Unknown,
        status: Computed::Unknown,
        role: Computed::Unknown,
        engine: Computed::Unknown,
        engine_version: Computed::Unknown,
        storage_encrypted: Computed::Unknown,
        timeouts: prior.and_then(|prior| prior.timeouts.clone()),
    };
    if let Some(prior) = prior {
        // A key cannot be changed, and the configuration may name it otherwise than AWS does.
        observed.kms_key_id = prior.kms_key_id.known().cloned().map_or(Computed::Unknown, Computed::Known);
        keep_meaning(&mut observed, prior, is_primary);
        if is_fenced(remote) {
            observed.vpc_security_group_ids = prior.vpc_security_group_ids.clone();
        }
    }
    complete(&mut observed, remote);
    observed
}

/// Keeps what the state says where AWS says the same otherwise, or more.
fn keep_meaning(observed: &mut DatabaseReplica, prior: &DatabaseReplica, is_primary: bool) {
    if observed.monitoring_interval == 0 {
        observed.monitoring_role_arn.clone_from(&prior.monitoring_role_arn);
    }
    // What a failover raised when it promoted the instance is not taken back.
    if is_primary && observed.backup_retention_period > prior.backup_retention_period {
        observed.backup_retention_period = prior.backup_retention_period;
    }
    if is_primary && observed.multi_az && !prior.multi_az {
        observed.multi_az = false;
    }
}

/// Shown only where it was asked for, and under the name it was given.
fn insights_key(settings: &Settings, prior: Option<&DatabaseReplica>) -> Option<String> {
    let before = prior?.performance_insights_kms_key_id.clone()?;
    let same = settings.insights_key.as_ref().is_none_or(|found| same_key(found, &before));
    if same || is_alias(&before) { Some(before) } else { settings.insights_key.clone() }
}

/// Shown only where it was asked for.
fn insights_retention(settings: &Settings, prior: Option<&DatabaseReplica>) -> Option<i64> {
    let before = prior?.performance_insights_retention_period?;
    Some(settings.insights_retention.filter(|_| settings.insights).unwrap_or(before))
}

/// Whether both name one key, by ARN or by id.
pub(super) fn same_key(one: &str, other: &str) -> bool {
    fn id(key: &str) -> &str {
        key.rsplit_once(":key/").map_or(key, |(_, id)| id)
    }
    id(one) == id(other)
}

/// What an alias stands for is known to KMS only.
pub(super) fn is_alias(key: &str) -> bool {
    key.starts_with("alias/") || key.contains(":alias/")
}

/// The configured source of a primary stays; AWS has forgotten it.
fn source(remote: &DbInstance, prior: Option<&DatabaseReplica>) -> String {
    let before = prior.map(|prior| prior.source_db_instance_arn.clone());
    match (&remote.read_replica_source_db_instance_identifier, before) {
        (Some(found), Some(before)) if !found.is_empty() => {
            if before.ends_with(&format!(":db:{found}")) {
                before
            } else {
                found.clone()
            }
        }
        (Some(found), None) => found.clone(),
        (_, before) => before.unwrap_or_default(),
    }
}

/// Whether a failover has given the instance security groups that let nothing in.
pub(super) fn is_fenced(remote: &DbInstance) -> bool {
    all_tags(remote).contains_key(FENCED)
}

/// Visible tags.
pub(super) fn tags(remote: &DbInstance) -> Tags {
    without_reserved(all_tags(remote))
}

/// Every tag.
pub(super) fn all_tags(remote: &DbInstance) -> Tags {
    let pair = |tag: &aws_sdk_rds::types::Tag| Some((tag.key.clone()?, tag.value.clone().unwrap_or_default()));
    remote.tag_list().iter().filter_map(pair).collect()
}

/// Fills in every computed value that is not known yet. What is known was planned, and stays.
pub(super) fn complete(replica: &mut DatabaseReplica, remote: &DbInstance) {
    fn fill<T>(field: &mut Computed<T>, value: impl Into<Computed<T>>) {
        if !matches!(field, Computed::Known(_)) {
            *field = value.into();
        }
    }
    let settings = Settings::of(remote);
    let subnets = remote.db_subnet_group.as_ref().and_then(|group| group.db_subnet_group_name.clone());
    let address = remote.endpoint.as_ref().and_then(|endpoint| endpoint.address.clone());
    let port = remote.endpoint.as_ref().and_then(|endpoint| endpoint.port);
    let endpoint = address.as_ref().zip(port).map(|(address, port)| format!("{address}:{port}"));
    fill(&mut replica.instance_class, settings.instance_class);
    fill(&mut replica.kms_key_id, remote.kms_key_id.clone());
    fill(&mut replica.db_subnet_group_name, subnets);
    fill(&mut replica.vpc_security_group_ids, settings.security_groups.into_iter().collect::<Set<String>>());
    fill(&mut replica.port, settings.port);
    fill(&mut replica.parameter_group_name, settings.parameter_group);
    fill(&mut replica.storage_type, settings.storage_type);
    fill(&mut replica.arn, remote.db_instance_arn.clone());
    fill(&mut replica.endpoint, endpoint);
    fill(&mut replica.address, address);
    fill(&mut replica.status, remote.db_instance_status.clone());
    fill(&mut replica.role, role(remote).to_owned());
    fill(&mut replica.engine, remote.engine.clone());
    fill(&mut replica.engine_version, remote.engine_version.clone());
    fill(&mut replica.storage_encrypted, remote.storage_encrypted);
}
