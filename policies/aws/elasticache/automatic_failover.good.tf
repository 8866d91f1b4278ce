resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id = "sessions"
  description          = "Web sessions"
  engine               = "redis"
  node_type            = "cache.t3.small"
  num_cache_clusters   = 2

  automatic_failover_enabled = true
  multi_az_enabled           = true
}
