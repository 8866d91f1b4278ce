# The cache: in several zones, encrypted on disk and on the wire, and asking who it is.

resource "aws_security_group" "cache" {
  name        = "${local.name}-cache"
  description = "Cache: reached by nodes of the cluster alone"
  vpc_id      = aws_vpc.this.id
  tags        = merge(local.tags, { Name = "${local.name}-cache" })
}

resource "aws_vpc_security_group_ingress_rule" "cache" {
  security_group_id            = aws_security_group.cache.id
  description                  = "Nodes of the cluster"
  ip_protocol                  = "tcp"
  from_port                    = 6379
  to_port                      = 6379
  referenced_security_group_id = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
  tags                         = local.tags
}

resource "aws_elasticache_subnet_group" "this" {
  name        = local.name
  description = "Subnets without a way out"
  subnet_ids  = [for subnet in aws_subnet.database : subnet.id]
  tags        = local.tags
}

resource "aws_cloudwatch_log_group" "cache" {
  name              = "/parapet/${local.name}/cache"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.this["logs"].arn
  tags              = local.tags
}

resource "aws_elasticache_replication_group" "this" {
  replication_group_id = local.name
  description          = "Cache of ${local.name}"
  engine               = "redis"
  engine_version       = "7.1"
  node_type            = local.redis.node_type
  num_cache_clusters   = local.cache_nodes
  port                 = 6379
  subnet_group_name    = aws_elasticache_subnet_group.this.name
  security_group_ids   = [aws_security_group.cache.id]

  automatic_failover_enabled = local.redis.automatic_failover_enabled
  multi_az_enabled           = local.redis.multi_az_enabled
  auto_minor_version_upgrade = true
  maintenance_window         = "sun:05:00-sun:06:00"

  snapshot_retention_limit  = local.redis.snapshot_retention_limit
  snapshot_window           = local.redis.snapshot_window
  final_snapshot_identifier = var.deletion_protection && !var.is_dr_region ? "${local.name}-final" : null

  at_rest_encryption_enabled = local.redis.at_rest_encryption_enabled
  kms_key_id                 = local.redis.at_rest_encryption_enabled ? aws_kms_key.this["cache"].arn : null
  transit_encryption_enabled = local.redis.transit_encryption_enabled
  transit_encryption_mode    = local.redis.transit_encryption_enabled ? "required" : null
  auth_token                 = local.redis.auth_token_enabled ? var.redis_auth_token : null
  auth_token_update_strategy = local.redis.auth_token_enabled ? "ROTATE" : null

  log_delivery_configuration {
    destination      = aws_cloudwatch_log_group.cache.name
    destination_type = "cloudwatch-logs"
    log_format       = "json"
    log_type         = "slow-log"
  }

  tags = local.tags

  lifecycle {
    precondition {
      condition     = !local.redis.auth_token_enabled || var.redis_auth_token != null
      error_message = "redis_config.auth_token_enabled needs redis_auth_token."
    }
  }
}
