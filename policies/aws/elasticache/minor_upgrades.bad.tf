resource "aws_elasticache_replication_group" "main" {
  replication_group_id = "sessions"
  description          = "Web sessions"
  engine               = "redis"
  node_type            = "cache.t4g.small"
  num_cache_clusters   = 2

  auto_minor_version_upgrade = false
}
