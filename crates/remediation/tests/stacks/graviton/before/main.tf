resource "aws_db_instance" "main" {
  identifier           = "main"
  engine               = "mysql"
  engine_version       = "8.0.28"
  instance_class       = "db.r5.xlarge"
  allocated_storage    = 100
  storage_type         = "gp3"
  storage_encrypted    = true
  username             = "app"
  password             = "held-in-secrets-manager"
  db_subnet_group_name = "main"
  skip_final_snapshot  = true
}

resource "aws_db_instance" "old" {
  identifier           = "old"
  engine               = "mysql"
  engine_version       = "5.7.38"
  instance_class       = "db.r4.xlarge"
  allocated_storage    = 100
  storage_type         = "gp3"
  storage_encrypted    = true
  username             = "app"
  password             = "held-in-secrets-manager"
  db_subnet_group_name = "main"
  skip_final_snapshot  = true
}

resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id          = "sessions"
  replication_group_description = "sessions"
  node_type                     = "cache.r5.large"
  number_cache_clusters         = 2
  automatic_failover_enabled    = true
  at_rest_encryption_enabled    = true
  transit_encryption_enabled    = true
  subnet_group_name             = "main"
}
