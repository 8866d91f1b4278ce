resource "aws_elasticache_replication_group" "main" {
  replication_group_id = "sessions"
  description          = "Web sessions"
  engine               = "redis"
  node_type            = "cache.t4g.small"
  num_cache_clusters   = 2

  transit_encryption_enabled = true
  user_group_ids             = ["orders"]
}

resource "aws_elasticache_replication_group" "second" {
  replication_group_id = "sessions"
  description          = "Web sessions"
  engine               = "redis"
  node_type            = "cache.t4g.small"
  num_cache_clusters   = 2

  transit_encryption_enabled = true
  auth_token                 = random_password.cache.result
}

resource "random_password" "cache" {
  length = 32
}
