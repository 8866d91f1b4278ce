//! Which resource types are priced, how, and with what usage; which are free.

use super::aws::{cache, compute, containers, database, network, serverless, storage};
use super::sheet::Sheet;

/// A type that costs something.
pub(super) struct Entry {
    pub(super) kind: &'static str,
    /// The service that bills it.
    pub(super) service: &'static str,
    pub(super) price: fn(&mut Sheet<'_>),
    /// What may be stated of it: usage, and attributes that stand in for what is not known.
    keys: &'static [&'static str],
    /// Attributes that lead to resources it takes values from.
    links: &'static [&'static str],
}

const fn entry(
    kind: &'static str,
    service: &'static str,
    price: fn(&mut Sheet<'_>),
    keys: &'static [&'static str],
) -> Entry {
    Entry { kind, service, price, keys, links: &[] }
}

const fn linked(entry: Entry, links: &'static [&'static str]) -> Entry {
    Entry { links, ..entry }
}

const ROOT: &[&str] = &["instance_type", "root_volume_gb"];
const LOAD_BALANCER: &[&str] = &["lcu_hours", "public_ipv4_addresses"];
const DATABASE: &[&str] = &["engine", "instance_class", "allocated_storage", "storage_type", "iops", "backup_gb"];
const AURORA: &[&str] = &["engine", "storage_gb", "io_millions", "backup_gb", "storage_type"];
const ACCELERATOR: &[&str] = &["dt_premium_na_to_na_gb", "dt_premium_na_to_eu_gb", "dt_premium_na_to_apac_gb"];
const KEY: &[&str] = &["requests"];

/// By type.
static PRICED: &[Entry] = &[
    linked(
        entry(
            "aws_autoscaling_group",
            "EC2",
            compute::autoscaling_group,
            &["desired_capacity", "instance_type", "root_volume_gb"],
        ),
        &["launch_template", "launch_configuration", "mixed_instances_policy"],
    ),
    entry("aws_cloudwatch_log_group", "CloudWatch", storage::log_group, &["ingested_gb", "stored_gb", "scanned_gb"]),
    entry("aws_cloudwatch_metric_alarm", "CloudWatch", storage::alarm, &[]),
    linked(entry("aws_db_instance", "RDS", database::instance, DATABASE), &["replicate_source_db"]),
    entry("aws_db_snapshot", "RDS", database::snapshot, &["storage_gb"]),
    entry("aws_dynamodb_table", "DynamoDB", serverless::table, &["write_millions", "read_millions", "storage_gb"]),
    entry("aws_ebs_snapshot", "EBS", storage::snapshot, &["storage_gb"]),
    entry("aws_ebs_snapshot_copy", "EBS", storage::snapshot, &["storage_gb"]),
    entry("aws_ebs_volume", "EBS", storage::volume, &["size", "requests_millions"]),
    entry("aws_ecr_repository", "ECR", storage::images, &["storage_gb"]),
    entry("aws_efs_file_system", "EFS", storage::file_system, &["storage_gb", "infrequent_access_gb"]),
    entry("aws_eip", "VPC", network::address, &[]),
    entry("aws_eks_cluster", "EKS", containers::cluster, &[]),
    linked(
        entry("aws_eks_node_group", "EKS", containers::node_group, &["desired_size", "instance_type", "disk_size"]),
        &["launch_template"],
    ),
    entry(
        "aws_elasticache_cluster",
        "ElastiCache",
        cache::cluster,
        &["node_type", "num_cache_nodes", "engine", "backup_gb"],
    ),
    entry(
        "aws_elasticache_replication_group",
        "ElastiCache",
        cache::replication_group,
        &["node_type", "nodes", "engine", "backup_gb"],
    ),
    entry("aws_elb", "ELB", network::classic_load_balancer, &["data_processed_gb", "public_ipv4_addresses"]),
    entry("aws_globalaccelerator_accelerator", "Global Accelerator", network::accelerator, ACCELERATOR),
    linked(entry("aws_instance", "EC2", compute::instance, ROOT), &["launch_template"]),
    entry("aws_kms_external_key", "KMS", storage::key, KEY),
    entry("aws_kms_key", "KMS", storage::key, KEY),
    entry("aws_kms_replica_external_key", "KMS", storage::key, KEY),
    entry("aws_kms_replica_key", "KMS", storage::key, KEY),
    entry("aws_alb", "ELB", network::load_balancer, LOAD_BALANCER),
    entry("aws_lambda_function", "Lambda", serverless::function, &["requests_millions", "average_duration_ms"]),
    entry("aws_lb", "ELB", network::load_balancer, LOAD_BALANCER),
    entry("aws_nat_gateway", "VPC", network::nat_gateway, &["data_processed_gb"]),
    linked(entry("aws_rds_cluster", "RDS", database::cluster, AURORA), &[]),
    linked(
        entry(
            "aws_rds_cluster_instance",
            "RDS",
            database::cluster_instance,
            &["engine", "instance_class", "acu_hours"],
        ),
        &["cluster_identifier"],
    ),
    entry(
        "aws_s3_bucket",
        "S3",
        storage::bucket,
        &[
            "storage_gb",
            "standard_ia_gb",
            "one_zone_ia_gb",
            "glacier_flexible_gb",
            "glacier_deep_gb",
            "put_thousands",
            "get_thousands",
        ],
    ),
    entry("aws_route53_zone", "Route 53", network::zone, &["queries_millions"]),
    entry("aws_secretsmanager_secret", "Secrets Manager", storage::secret, KEY),
    linked(entry("aws_spot_instance_request", "EC2", compute::spot_request, ROOT), &["launch_template"]),
    entry("aws_vpc_endpoint", "VPC", network::endpoint, &["data_processed_gb", "availability_zones"]),
    entry("data_transfer", "Data transfer", network::transfer, network::TRANSFERS),
    linked(entry("parapet_database_replica", "RDS", database::replica, DATABASE), &["source_db_instance_arn"]),
    entry("parapet_global_accelerator", "Global Accelerator", network::accelerator, ACCELERATOR),
    linked(
        entry("parapet_spot_node_group", "EKS", containers::spot_node_group, &["disk_size", "instance_type"]),
        &["launch_template"],
    ),
];

/// Types that AWS bills nothing for; what they start (logs, requests, instances) is billed elsewhere. A `*` at the end stands for
/// all names that begin so.
static FREE: &[&str] = &[
    "aws_acm_certificate_validation",
    "aws_ami_launch_permission",
    "aws_api_gateway_account",
    "aws_appautoscaling_*",
    "aws_autoscaling_attachment",
    "aws_autoscaling_lifecycle_hook",
    "aws_autoscaling_notification",
    "aws_autoscaling_policy",
    "aws_autoscaling_schedule",
    "aws_backup_plan",
    "aws_backup_selection",
    "aws_backup_vault*",
    "aws_budgets_budget",
    "aws_cloudwatch_event_rule",
    "aws_cloudwatch_event_target",
    "aws_cloudwatch_log_metric_filter",
    "aws_cloudwatch_log_resource_policy",
    "aws_cloudwatch_log_stream",
    "aws_cloudwatch_log_subscription_filter",
    "aws_cognito_identity_pool*",
    "aws_customer_gateway",
    "aws_db_event_subscription",
    "aws_db_option_group",
    "aws_db_parameter_group",
    "aws_db_subnet_group",
    "aws_default_*",
    "aws_dynamodb_resource_policy",
    "aws_dynamodb_table_item",
    "aws_ebs_default_kms_key",
    "aws_ebs_encryption_by_default",
    "aws_ec2_tag",
    "aws_ecr_lifecycle_policy",
    "aws_ecr_repository_policy",
    "aws_ecs_cluster",
    "aws_ecs_cluster_capacity_providers",
    "aws_ecs_task_definition",
    "aws_egress_only_internet_gateway",
    "aws_eip_association",
    "aws_eks_access_entry",
    "aws_eks_access_policy_association",
    "aws_eks_addon",
    "aws_eks_identity_provider_config",
    "aws_eks_pod_identity_association",
    "aws_elasticache_parameter_group",
    "aws_elasticache_subnet_group",
    "aws_elasticache_user*",
    "aws_flow_log",
    "aws_globalaccelerator_endpoint_group",
    "aws_globalaccelerator_listener",
    "aws_iam_*",
    "aws_internet_gateway*",
    "aws_key_pair",
    "aws_kms_alias",
    "aws_kms_grant",
    "aws_kms_key_policy",
    "aws_lambda_alias",
    "aws_lambda_event_source_mapping",
    "aws_lambda_function_event_invoke_config",
    "aws_lambda_function_url",
    "aws_lambda_layer_version*",
    "aws_lambda_permission",
    "aws_launch_configuration",
    "aws_launch_template",
    "aws_lb_listener*",
    "aws_lb_target_group*",
    "aws_alb_listener*",
    "aws_alb_target_group*",
    "aws_elb_attachment",
    "aws_main_route_table_association",
    "aws_network_acl*",
    "aws_network_interface",
    "aws_network_interface_attachment",
    "aws_network_interface_sg_attachment",
    "aws_organizations_*",
    "aws_placement_group",
    "aws_rds_cluster_parameter_group",
    "aws_rds_cluster_role_association",
    "aws_resourcegroups_group",
    "aws_route",
    "aws_route53_record",
    "aws_route_table*",
    "aws_s3_account_public_access_block",
    "aws_s3_bucket_acl",
    "aws_s3_bucket_cors_configuration",
    "aws_s3_bucket_lifecycle_configuration",
    "aws_s3_bucket_logging",
    "aws_s3_bucket_notification",
    "aws_s3_bucket_object_lock_configuration",
    "aws_s3_bucket_ownership_controls",
    "aws_s3_bucket_policy",
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_replication_configuration",
    "aws_s3_bucket_server_side_encryption_configuration",
    "aws_s3_bucket_versioning",
    "aws_s3_bucket_website_configuration",
    "aws_secretsmanager_secret_policy",
    "aws_secretsmanager_secret_rotation",
    "aws_secretsmanager_secret_version",
    "aws_security_group*",
    "aws_service_linked_role",
    "aws_sns_topic",
    "aws_sns_topic_policy",
    "aws_sqs_queue_policy",
    "aws_subnet",
    "aws_volume_attachment",
    "aws_vpc",
    "aws_vpc_dhcp_options*",
    "aws_vpc_endpoint_policy",
    "aws_vpc_endpoint_route_table_association",
    "aws_vpc_endpoint_security_group_association",
    "aws_vpc_endpoint_subnet_association",
    "aws_vpc_ipv4_cidr_block_association",
    "aws_vpc_peering_connection*",
    "aws_vpc_security_group_*",
    "cloudinit_*",
    "helm_release",
    "kubernetes_*",
    "local_*",
    "null_resource",
    "parapet_compute_optimizer_enrollment",
    "parapet_cost_policy",
    "parapet_failover",
    "random_*",
    "terraform_data",
    "time_*",
    "tls_*",
];

/// Whether what a type costs is the same in every region, and it is in none.
pub(super) fn is_global(kind: &str) -> bool {
    matches!(kind, "aws_globalaccelerator_accelerator" | "aws_route53_zone" | "parapet_global_accelerator")
}

/// How a type is priced; none when it is free or not covered.
pub(super) fn of(kind: &str) -> Option<&'static Entry> {
    PRICED.iter().find(|entry| entry.kind == kind)
}

/// Whether a type is known to cost nothing.
pub(super) fn is_free(kind: &str) -> bool {
    let matches = |name: &&'static str| match name.strip_suffix('*') {
        Some(start) => kind.starts_with(start),
        None => kind == *name,
    };
    FREE.iter().any(matches)
}

/// What may be stated of a type.
pub(super) fn keys(kind: &str) -> &'static [&'static str] {
    of(kind).map_or(&[], |entry| entry.keys)
}

/// Whether something may be stated of any type under this name.
pub(super) fn is_key(name: &str) -> bool {
    PRICED.iter().any(|entry| entry.keys.contains(&name))
}

/// Every type that has a price: its name, the service that bills it, and what a usage file may state of it.
pub fn covered() -> impl Iterator<Item = (&'static str, &'static str, &'static [&'static str])> {
    PRICED.iter().map(|entry| (entry.kind, entry.service, entry.keys))
}

/// The attributes of a type whose links an estimate follows: who fills in [`Planned`](super::Planned) gives the addresses behind
/// them.
#[must_use]
pub fn links_of(kind: &str) -> &'static [&'static str] {
    of(kind).map_or(&[], |entry| entry.links)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_in_one_list_once() {
        for (index, entry) in PRICED.iter().enumerate() {
            assert!(!is_free(entry.kind), "{} is both priced and free", entry.kind);
            assert!(PRICED[index + 1..].iter().all(|other| other.kind != entry.kind), "{} is there twice", entry.kind);
        }
        assert!(
            is_free("aws_iam_role")
                && is_free("aws_vpc")
                && !is_free("aws_vpc_endpoint")
                && !is_free("aws_redshift_cluster")
        );
    }
}
