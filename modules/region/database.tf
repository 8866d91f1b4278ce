# The database. In a DR region it is a replica of the primary region's, which parapet_failover promotes.

locals {
  ports        = { postgres = 5432, mysql = 3306, mariadb = 3306 }
  port         = local.ports[local.database.engine]
  version      = split(".", local.database.engine_version)
  family       = local.database.engine == "postgres" ? "postgres${local.version[0]}" : "${local.database.engine}${local.version[0]}.${try(local.version[1], "0")}"
  force_tls    = { postgres = "rds.force_ssl", mysql = "require_secure_transport", mariadb = "require_secure_transport" }
  log_exports  = local.database.enabled_cloudwatch_logs_exports != null ? local.database.enabled_cloudwatch_logs_exports : local.logs[local.database.engine]
  logs         = { postgres = tolist(["postgresql"]), mysql = tolist(["error", "slowquery"]), mariadb = tolist(["error", "slowquery"]) }
  has_password = var.database_master_password_version != null
}

resource "aws_security_group" "database" {
  name        = "${local.name}-database"
  description = "Database: reached by nodes of the cluster alone"
  vpc_id      = aws_vpc.this.id
  tags        = merge(local.tags, { Name = "${local.name}-database" })
}

resource "aws_vpc_security_group_ingress_rule" "database" {
  security_group_id            = aws_security_group.database.id
  description                  = "Nodes of the cluster"
  ip_protocol                  = "tcp"
  from_port                    = local.port
  to_port                      = local.port
  referenced_security_group_id = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
  tags                         = local.tags
}

resource "aws_db_subnet_group" "this" {
  name        = local.name
  description = "Subnets without a way out"
  subnet_ids  = [for subnet in aws_subnet.database : subnet.id]
  tags        = local.tags
}

resource "aws_db_parameter_group" "this" {
  name_prefix = "${local.name}-"
  family      = local.family
  description = "Connections are encrypted"
  tags        = local.tags

  parameter {
    name  = local.force_tls[local.database.engine]
    value = "1"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_iam_role" "monitoring" {
  count = local.database.monitoring_interval > 0 ? 1 : 0

  name               = "${local.name}-monitoring"
  assume_role_policy = data.aws_iam_policy_document.assumed_by["monitoring.rds"].json
  tags               = local.tags
}

resource "aws_iam_role_policy_attachment" "monitoring" {
  count = local.database.monitoring_interval > 0 ? 1 : 0

  role       = aws_iam_role.monitoring[0].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}

resource "aws_db_instance" "primary" {
  count = var.is_dr_region ? 0 : 1

  identifier            = local.name
  engine                = local.database.engine
  engine_version        = local.database.engine_version
  instance_class        = local.database.instance_class
  storage_type          = "gp3"
  allocated_storage     = local.database.allocated_storage
  max_allocated_storage = 4 * local.database.allocated_storage
  storage_encrypted     = local.database.storage_encrypted
  kms_key_id            = local.database.storage_encrypted ? aws_kms_key.this["database"].arn : null
  multi_az              = local.database.multi_az
  parameter_group_name  = aws_db_parameter_group.this.name

  db_name                       = "platform"
  username                      = "platform"
  password_wo                   = var.database_master_password
  password_wo_version           = var.database_master_password_version
  manage_master_user_password   = local.has_password ? null : true
  master_user_secret_kms_key_id = local.has_password ? null : aws_kms_key.this["database"].key_id

  iam_database_authentication_enabled = true

  db_subnet_group_name   = aws_db_subnet_group.this.name
  vpc_security_group_ids = [aws_security_group.database.id]
  publicly_accessible    = false

  backup_retention_period   = local.database.backup_retention_period
  backup_window             = local.database.backup_window
  maintenance_window        = local.database.maintenance_window
  copy_tags_to_snapshot     = true
  delete_automated_backups  = false
  deletion_protection       = var.deletion_protection
  skip_final_snapshot       = !var.deletion_protection
  final_snapshot_identifier = var.deletion_protection ? "${local.name}-final" : null

  auto_minor_version_upgrade            = true
  enabled_cloudwatch_logs_exports       = local.log_exports
  monitoring_interval                   = local.database.monitoring_interval
  monitoring_role_arn                   = try(aws_iam_role.monitoring[0].arn, null)
  performance_insights_enabled          = local.database.performance_insights_enabled
  performance_insights_kms_key_id       = local.database.performance_insights_enabled ? aws_kms_key.this["database"].arn : null
  performance_insights_retention_period = local.database.performance_insights_enabled ? local.database.performance_insights_retention_period : null

  tags = merge(local.tags, { Backup = local.name })

  lifecycle {
    # A failover fences the old primary by its security groups.
    ignore_changes = [vpc_security_group_ids]
  }
}

# Replicas for reading. They follow the primary, which decides about engine, storage and users.
resource "aws_db_instance" "read" {
  count = var.is_dr_region ? 0 : local.database.read_replica_count

  identifier           = "${local.name}-read-${count.index}"
  replicate_source_db  = aws_db_instance.primary[0].identifier
  instance_class       = local.database.instance_class
  storage_type         = "gp3"
  storage_encrypted    = local.database.storage_encrypted
  multi_az             = false
  parameter_group_name = aws_db_parameter_group.this.name

  iam_database_authentication_enabled = true

  vpc_security_group_ids = [aws_security_group.database.id]
  publicly_accessible    = false

  backup_retention_period = 7
  maintenance_window      = local.database.maintenance_window
  copy_tags_to_snapshot   = true
  deletion_protection     = var.deletion_protection
  skip_final_snapshot     = true

  auto_minor_version_upgrade            = true
  enabled_cloudwatch_logs_exports       = local.log_exports
  monitoring_interval                   = local.database.monitoring_interval
  monitoring_role_arn                   = try(aws_iam_role.monitoring[0].arn, null)
  performance_insights_enabled          = local.database.performance_insights_enabled
  performance_insights_kms_key_id       = local.database.performance_insights_enabled ? aws_kms_key.this["database"].arn : null
  performance_insights_retention_period = local.database.performance_insights_enabled ? local.database.performance_insights_retention_period : null

  tags = local.tags
}

# As large as the primary: it takes every write, and all of the traffic after a failover.
resource "parapet_database_replica" "standby" {
  count = var.is_dr_region ? 1 : 0

  region                 = var.region
  identifier             = local.name
  source_db_instance_arn = var.primary_region_outputs.db_instance_arn
  instance_class         = local.database.instance_class
  kms_key_id             = local.database.storage_encrypted ? aws_kms_key.this["database"].arn : null
  multi_az               = local.database.multi_az
  parameter_group_name   = aws_db_parameter_group.this.name

  db_subnet_group_name   = aws_db_subnet_group.this.name
  vpc_security_group_ids = [aws_security_group.database.id]

  backup_retention_period   = local.database.backup_retention_period
  deletion_protection       = var.deletion_protection
  skip_final_snapshot       = !var.deletion_protection
  final_snapshot_identifier = var.deletion_protection ? "${local.name}-final" : null

  monitoring_interval                   = local.database.monitoring_interval
  monitoring_role_arn                   = try(aws_iam_role.monitoring[0].arn, null)
  performance_insights_enabled          = local.database.performance_insights_enabled
  performance_insights_kms_key_id       = local.database.performance_insights_enabled ? aws_kms_key.this["database"].arn : null
  performance_insights_retention_period = local.database.performance_insights_enabled ? local.database.performance_insights_retention_period : null

  tags = merge(local.tags, { Backup = local.name })
}

# What applications log in with, also in the regions that take over.
resource "aws_secretsmanager_secret" "database" {
  count = !var.is_dr_region && local.has_password ? 1 : 0

  name                    = "${local.name}/database"
  description             = "Administrator of the database ${local.name}"
  kms_key_id              = aws_kms_key.this["database"].arn
  recovery_window_in_days = 30
  tags                    = local.tags

  dynamic "replica" {
    for_each = toset(local.database.read_replica_regions)

    content {
      region = replica.value
    }
  }
}

resource "aws_secretsmanager_secret_version" "database" {
  count = !var.is_dr_region && local.has_password ? 1 : 0

  secret_id                = aws_secretsmanager_secret.database[0].id
  secret_string_wo         = jsonencode({ username = "platform", password = var.database_master_password, engine = local.database.engine, port = local.port })
  secret_string_wo_version = var.database_master_password_version
}
