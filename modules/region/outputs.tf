output "region" {
  description = "Region of the module."
  value       = var.region
}

output "vpc_id" {
  description = "Id of the network."
  value       = aws_vpc.this.id
}

output "vpc_cidr_block" {
  description = "Address range of the network."
  value       = local.vpc.cidr_block
}

output "subnet_ids" {
  description = "Ids of the subnets, by kind: `public`, `private` and `database`."
  value = {
    public   = [for subnet in aws_subnet.public : subnet.id]
    private  = [for subnet in aws_subnet.private : subnet.id]
    database = [for subnet in aws_subnet.database : subnet.id]
  }
}

output "eks_cluster_name" {
  description = "Name of the cluster."
  value       = aws_eks_cluster.this.name
}

output "eks_cluster_endpoint" {
  description = "Address of the cluster's API."
  value       = aws_eks_cluster.this.endpoint
}

output "eks_cluster_certificate_authority" {
  description = "Certificate authority of the cluster's API, in Base64."
  value       = try(aws_eks_cluster.this.certificate_authority[0].data, null)
}

output "eks_oidc_provider_arn" {
  description = "Identity provider of the cluster's service accounts; null without IRSA."
  value       = try(aws_iam_openid_connect_provider.cluster[0].arn, null)
}

output "service_account_role_arns" {
  description = "Roles of service accounts that the module made, by add-on, such as `cluster-autoscaler`."
  value       = { for name, role in aws_iam_role.service_account : name => role.arn }
}

output "spot_node_groups" {
  description = "Instance types of each Spot group, and what they cost and save in a month, in USD."
  value = {
    for name, group in parapet_spot_node_group.spot : name => {
      instance_types      = group.selected_instance_types[*].instance_type
      monthly_usd         = group.estimated_monthly_usd
      monthly_savings_usd = group.estimated_monthly_savings_usd
    }
  }
}

output "db_endpoint" {
  description = "Address of the database; in a DR region that of the replica, which takes writes after a failover."
  value       = var.is_dr_region ? one(parapet_database_replica.standby[*].endpoint) : one(aws_db_instance.primary[*].endpoint)
}

output "db_reader_endpoints" {
  description = "Addresses of the replicas for reading."
  value       = aws_db_instance.read[*].endpoint
}

output "db_instance_identifier" {
  description = "Name of the database in this region: what `parapet_failover` promotes or fences."
  value       = one(concat(aws_db_instance.primary[*].identifier, parapet_database_replica.standby[*].identifier))
}

output "db_instance_arn" {
  description = "ARN of the database."
  # Written out: it stays the same when the instance itself is gone, so that the promoted replica of a DR region is not replaced.
  value = "arn:${local.partition}:rds:${var.region}:${local.account}:db:${local.name}"

  depends_on = [aws_db_instance.primary]
}

output "db_subnet_group_name" {
  description = "Subnets of databases: where a replica of this region goes."
  value       = aws_db_subnet_group.this.name
}

output "db_security_group_id" {
  description = "Security group of databases."
  value       = aws_security_group.database.id
}

output "db_secret_arn" {
  description = "Secret with user and password of the database; null in a DR region, where it has the same name."
  value       = var.is_dr_region ? null : local.has_password ? aws_secretsmanager_secret.database[0].arn : one(aws_db_instance.primary[0].master_user_secret[*].secret_arn)
}

output "redis_endpoint" {
  description = "Address of the cache's primary node."
  value       = aws_elasticache_replication_group.this.primary_endpoint_address
}

output "redis_reader_endpoint" {
  description = "Address of the cache's replicas."
  value       = aws_elasticache_replication_group.this.reader_endpoint_address
}

output "load_balancer_arn" {
  description = "Load balancer that an accelerator can send traffic to; null without ingress_config."
  value       = one(aws_lb.this[*].arn)
}

output "target_group_arn" {
  description = "Target group for a TargetGroupBinding; null without ingress_config."
  value       = one(aws_lb_target_group.this[*].arn)
}

output "backup_vault_arn" {
  description = "Vault of backups: `backup_copy_vault_arn` of another region."
  value       = aws_backup_vault.this.arn
}

output "kms_key_arns" {
  description = "Keys, by kind of data: `logs`, `cluster`, `database`, `cache` and `backup`."
  value       = { for name, key in aws_kms_key.this : name => key.arn }
}

output "configuration" {
  description = "What the region was made of: a DR region takes from it what it is not told."
  value = {
    vpc      = local.vpc
    eks      = local.eks
    database = local.database
    redis    = local.redis
  }
}
