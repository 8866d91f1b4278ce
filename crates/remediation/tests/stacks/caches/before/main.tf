locals {
  node_type = "cache.r4.large"
}

resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id          = "sessions"
  replication_group_description = "sessions"
  node_type                     = local.node_type
  number_cache_clusters         = 2
  automatic_failover_enabled    = true
  at_rest_encryption_enabled    = true
  transit_encryption_enabled    = true
  subnet_group_name             = "main"
}

# An m5 node of this size has 6.38 GiB, an m4 node 6.42.
resource "aws_elasticache_replication_group" "carts" {
  replication_group_id          = "carts"
  replication_group_description = "sessions"
  node_type                     = "cache.m4.large"
  number_cache_clusters         = 2
  automatic_failover_enabled    = true
  at_rest_encryption_enabled    = true
  transit_encryption_enabled    = true
  subnet_group_name             = "main"
}
