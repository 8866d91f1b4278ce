//! Answers: the members of the model that are set, under their names on the wire.

use super::model::{Cluster, Instance, Pending, Snapshot, Store, SubnetGroup};
use super::tags;
use crate::clock::timestamp;
use crate::protocol::xml::Xml;
use crate::services::digest;

/// `db-ABC…`
pub(super) fn resource_id(arn: &str) -> String {
    format!("db-{}", digest(arn, 26).to_uppercase())
}

/// The host of an instance or cluster.
pub(super) fn address(id: &str, account: &str, region: &str, prefix: &str) -> String {
    format!("{id}.{prefix}{}.{region}.rds.amazonaws.com", digest(&format!("{account}/{region}"), 12))
}

/// An id within the region, the ARN outside.
fn local(arn: &str, region: &str) -> String {
    let here = arn.split(':').nth(3) == Some(region);
    if here { arn.rsplit(':').next().unwrap_or(arn).to_owned() } else { arn.to_owned() }
}

pub(super) fn instance(xml: &mut Xml, store: &Store, it: &Instance) {
    let settings = &it.settings;
    xml.text("DBInstanceIdentifier", &it.id)
        .text("DBInstanceArn", &it.arn)
        .text("DbiResourceId", resource_id(&it.arn))
        .text("DBInstanceClass", &settings.class)
        .text("Engine", &settings.engine)
        .text("EngineVersion", &settings.engine_version)
        .text("DBInstanceStatus", it.status.status())
        .maybe("MasterUsername", settings.username.as_ref())
        .maybe("DBName", settings.db_name.as_ref())
        .text("AllocatedStorage", settings.allocated_storage.max(1))
        .text("StorageType", &settings.storage_type)
        .text("StorageEncrypted", settings.encrypted)
        .maybe("KmsKeyId", settings.kms_key.as_ref())
        .maybe("Iops", settings.iops)
        .maybe("StorageThroughput", settings.throughput)
        .maybe("MaxAllocatedStorage", settings.max_allocated_storage)
        .text("MultiAZ", settings.multi_az)
        .maybe("AvailabilityZone", settings.zone.as_ref())
        .text("PubliclyAccessible", settings.public)
        .text("AutoMinorVersionUpgrade", settings.auto_minor)
        .maybe("LicenseModel", settings.license.as_ref())
        .maybe("CharacterSetName", settings.character_set.as_ref())
        .text("BackupRetentionPeriod", settings.backup_retention)
        .text("PreferredBackupWindow", &settings.backup_window)
        .text("PreferredMaintenanceWindow", &settings.maintenance_window)
        .text("CopyTagsToSnapshot", settings.copy_tags)
        .text("MonitoringInterval", settings.monitoring_interval)
        .maybe("MonitoringRoleArn", settings.monitoring_role.as_ref())
        .text("IAMDatabaseAuthenticationEnabled", settings.iam_auth)
        .text("PerformanceInsightsEnabled", settings.insights)
        .maybe("PerformanceInsightsKMSKeyId", settings.insights_key.as_ref())
        .maybe("PerformanceInsightsRetentionPeriod", settings.insights_retention)
        .text("DeletionProtection", settings.deletion_protection)
        .maybe("CACertificateIdentifier", settings.ca.as_ref())
        .maybe("DBClusterIdentifier", it.cluster.as_ref())
        .maybe("PromotionTier", settings.promotion_tier)
        .text("NetworkType", "IPV4")
        .text("DbInstancePort", 0)
        .text("CustomerOwnedIpEnabled", false);
    // Until it exists it has neither a host nor a date of birth.
    if it.status.status() != "creating" {
        xml.element("Endpoint", |endpoint| {
            endpoint
                .text("Address", address(&it.id, &it.account, &it.region, ""))
                .text("Port", settings.port)
                .text("HostedZoneId", hosted_zone(&it.region));
        });
        xml.text("InstanceCreateTime", timestamp(it.created));
        if settings.backup_retention > 0 {
            xml.text("LatestRestorableTime", timestamp(it.created));
        }
    }
    if let Some(source) = &it.source {
        xml.text("ReadReplicaSourceDBInstanceIdentifier", local(source, &it.region));
        xml.list("StatusInfos", "DBInstanceStatusInfo", [&it.replication], |info, status| {
            info.text("StatusType", "read replication").text("Normal", status == "replicating").text("Status", status);
        });
    }
    let replicas = store.instances.values().filter(|other| other.source.as_ref() == Some(&it.arn));
    xml.texts(
        "ReadReplicaDBInstanceIdentifiers",
        "ReadReplicaDBInstanceIdentifier",
        replicas.map(|other| local(&other.arn, &it.region)),
    );
    groups(xml, &settings.security_groups);
    xml.element("DBSecurityGroups", |_| {});
    if let Some(name) = &settings.parameter_group {
        xml.list("DBParameterGroups", "DBParameterGroup", [name], |group, name| {
            group.text("DBParameterGroupName", name).text("ParameterApplyStatus", "in-sync");
        });
    }
    if let Some(name) = &settings.option_group {
        xml.list("OptionGroupMemberships", "OptionGroupMembership", [name], |group, name| {
            group.text("OptionGroupName", name).text("Status", "in-sync");
        });
    }
    let group = settings
        .subnet_group
        .as_ref()
        .and_then(|name| store.subnet_groups.get(&super::model::arn(&it.region, &it.account, "subgrp", name)));
    match (group, &settings.vpc) {
        (Some(group), _) => {
            xml.element("DBSubnetGroup", |inside| subnet_group(inside, group));
        }
        (None, Some(vpc)) => {
            xml.element("DBSubnetGroup", |inside| {
                inside.text("DBSubnetGroupName", "default").text("DBSubnetGroupDescription", "default");
                inside.text("VpcId", vpc).text("SubnetGroupStatus", "Complete");
            });
        }
        (None, None) => {}
    }
    if !settings.log_exports.is_empty() {
        xml.texts("EnabledCloudwatchLogsExports", "member", &settings.log_exports);
    }
    xml.element("PendingModifiedValues", |inside| pending(inside, &it.pending));
    xml.element("DomainMemberships", |_| {});
    xml.element("AssociatedRoles", |_| {});
    tags::write(xml, &it.tags);
}

fn pending(xml: &mut Xml, it: &Pending) {
    xml.maybe("DBInstanceClass", it.class.as_ref())
        .maybe("AllocatedStorage", it.allocated_storage)
        .maybe("MasterUserPassword", it.password.then_some("****"))
        .maybe("Port", it.port)
        .maybe("BackupRetentionPeriod", it.backup_retention)
        .maybe("MultiAZ", it.multi_az)
        .maybe("EngineVersion", it.engine_version.as_ref())
        .maybe("LicenseModel", it.license.as_ref())
        .maybe("Iops", it.iops)
        .maybe("StorageThroughput", it.throughput)
        .maybe("StorageType", it.storage_type.as_ref())
        .maybe("CACertificateIdentifier", it.ca.as_ref());
}

fn groups(xml: &mut Xml, ids: &[String]) {
    xml.list("VpcSecurityGroups", "VpcSecurityGroupMembership", ids, |group, id| {
        group.text("VpcSecurityGroupId", id).text("Status", "active");
    });
}

fn hosted_zone(region: &str) -> String {
    format!("Z{}", digest(region, 13).to_uppercase())
}

pub(super) fn subnet_group(xml: &mut Xml, it: &SubnetGroup) {
    xml.text("DBSubnetGroupName", &it.name)
        .text("DBSubnetGroupDescription", &it.description)
        .text("DBSubnetGroupArn", &it.arn)
        .text("VpcId", &it.vpc)
        .text("SubnetGroupStatus", "Complete")
        .list("Subnets", "Subnet", &it.subnets, |xml, subnet| {
            xml.text("SubnetIdentifier", &subnet.id).text("SubnetStatus", "Active");
            xml.element("SubnetAvailabilityZone", |zone| {
                zone.text("Name", &subnet.zone);
            });
        })
        .texts("SupportedNetworkTypes", "member", ["IPV4"]);
}

pub(super) fn snapshot(xml: &mut Xml, it: &Snapshot) {
    let settings = &it.settings;
    xml.text("DBSnapshotIdentifier", &it.id)
        .text("DBSnapshotArn", &it.arn)
        .text("DBInstanceIdentifier", &it.instance)
        .text("SnapshotCreateTime", timestamp(it.created))
        .text("InstanceCreateTime", timestamp(it.instance_created))
        .text("Engine", &settings.engine)
        .text("EngineVersion", &settings.engine_version)
        .text("AllocatedStorage", settings.allocated_storage)
        .text("Status", it.status.status())
        .text("PercentProgress", if it.status.status() == "creating" { 0 } else { 100 })
        .text("Port", settings.port)
        .maybe("AvailabilityZone", settings.zone.as_ref())
        .maybe("VpcId", settings.vpc.as_ref())
        .maybe("MasterUsername", settings.username.as_ref())
        .maybe("LicenseModel", settings.license.as_ref())
        .maybe("OptionGroupName", settings.option_group.as_ref())
        .text("SnapshotType", &it.kind)
        .maybe("SourceDBSnapshotIdentifier", it.source.as_ref())
        .maybe("SourceRegion", it.source.as_ref().and_then(|arn| arn.split(':').nth(3)))
        .text("StorageType", &settings.storage_type)
        .maybe("Iops", settings.iops)
        .text("Encrypted", settings.encrypted)
        .maybe("KmsKeyId", settings.kms_key.as_ref())
        .text("IAMDatabaseAuthenticationEnabled", settings.iam_auth);
    tags::write(xml, &it.tags);
}

pub(super) fn cluster(xml: &mut Xml, store: &Store, it: &Cluster) {
    let settings = &it.settings;
    let account = &it.account;
    xml.text("DBClusterIdentifier", &it.id)
        .text("DBClusterArn", &it.arn)
        .text("DbClusterResourceId", format!("cluster-{}", digest(&it.arn, 26).to_uppercase()))
        .text("Status", it.status.status())
        .text("Engine", &settings.engine)
        .text("EngineVersion", &settings.engine_version)
        .text("EngineMode", &it.engine_mode)
        .text("Endpoint", address(&it.id, account, &it.region, "cluster-"))
        .text("ReaderEndpoint", address(&it.id, account, &it.region, "cluster-ro-"))
        .text("HostedZoneId", hosted_zone(&it.region))
        .text("Port", settings.port)
        .text("AllocatedStorage", 1)
        .text("MultiAZ", store.members(it).len() > 1)
        .text("BackupRetentionPeriod", settings.backup_retention)
        .text("PreferredBackupWindow", &settings.backup_window)
        .text("PreferredMaintenanceWindow", &settings.maintenance_window)
        .maybe("MasterUsername", settings.username.as_ref())
        .maybe("DatabaseName", settings.db_name.as_ref())
        .maybe("DBSubnetGroup", settings.subnet_group.as_deref().or(Some("default")))
        .text("DBClusterParameterGroup", &it.parameter_group)
        .text("StorageEncrypted", settings.encrypted)
        .maybe("KmsKeyId", settings.kms_key.as_ref())
        .text("IAMDatabaseAuthenticationEnabled", settings.iam_auth)
        .text("DeletionProtection", settings.deletion_protection)
        .text("HttpEndpointEnabled", it.http_endpoint)
        .text("CopyTagsToSnapshot", settings.copy_tags)
        .text("CrossAccountClone", false)
        .text("ActivityStreamStatus", "stopped")
        .text("AutoMinorVersionUpgrade", settings.auto_minor)
        .text("NetworkType", "IPV4")
        .text("ClusterCreateTime", timestamp(it.created))
        .text("EarliestRestorableTime", timestamp(it.created))
        .text("LatestRestorableTime", timestamp(it.created))
        .texts("AvailabilityZones", "AvailabilityZone", &it.zones);
    if let Some((least, most)) = &it.serverless {
        xml.element("ServerlessV2ScalingConfiguration", |inside| {
            inside.text("MinCapacity", least).text("MaxCapacity", most);
        });
    }
    let global = store.global_of(&it.arn);
    if let Some(global) = global {
        xml.text("GlobalClusterIdentifier", &global.id);
        if !global.is_writer(&it.arn) {
            xml.maybe("ReplicationSourceIdentifier", global.members.first());
        }
        let forwarding = if it.write_forwarding { "enabled" } else { "disabled" };
        xml.text("GlobalWriteForwardingStatus", forwarding).text("GlobalWriteForwardingRequested", it.write_forwarding);
    }
    xml.element("ReadReplicaIdentifiers", |_| {});
    let writes = global.is_none_or(|global| global.is_writer(&it.arn));
    let first = store.writer_of(it).map(|member| member.arn.clone());
    xml.list("DBClusterMembers", "DBClusterMember", store.members(it), |xml, member| {
        xml.text("DBInstanceIdentifier", &member.id)
            .text("IsClusterWriter", writes && Some(&member.arn) == first.as_ref())
            .text("DBClusterParameterGroupStatus", "in-sync")
            .text("PromotionTier", member.settings.promotion_tier.unwrap_or(1));
    });
    groups(xml, &settings.security_groups);
    xml.element("AssociatedRoles", |_| {});
    if !settings.log_exports.is_empty() {
        xml.texts("EnabledCloudwatchLogsExports", "member", &settings.log_exports);
    }
    tags::write(xml, &it.tags);
}
