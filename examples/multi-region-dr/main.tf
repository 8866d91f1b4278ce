# A service in two regions: the database is replicated, an accelerator sends the traffic to the active region.
#
#   terraform apply                                                                    builds it
#   terraform apply -var active_region=eu-central-1 -var confirm_region=eu-central-1   fails over
#
# The README says what to do afterwards.

module "primary" {
  source     = "./region"
  name       = var.name
  cidr_block = "10.10.0.0/16"
  providers  = { aws = aws.primary }
}

module "standby" {
  source     = "./region"
  name       = var.name
  cidr_block = "10.20.0.0/16"
  providers  = { aws = aws.standby }
}

# The database the service was built with. After a failover it is the old primary; primary_rebuilt removes it.
resource "aws_db_instance" "primary" {
  count    = var.primary_rebuilt ? 0 : 1
  provider = aws.primary

  identifier              = var.name
  engine                  = "postgres"
  engine_version          = "16.4"
  instance_class          = "db.r6g.large"
  allocated_storage       = 100
  storage_encrypted       = true
  kms_key_id              = module.primary.kms_key_arn
  username                = "service"
  password                = var.database_password
  db_subnet_group_name    = module.primary.subnet_group_name
  vpc_security_group_ids  = [module.primary.security_group_id]
  backup_retention_period = 7
  skip_final_snapshot     = true

  lifecycle {
    # The source of the replica is remembered by its ARN, which must not change under it; a fence changes the security groups.
    ignore_changes = [password, vpc_security_group_ids]
  }
}

# The primary region's database after it was rebuilt from the new primary.
resource "parapet_database_replica" "primary" {
  count = var.primary_rebuilt ? 1 : 0

  region                  = var.primary_region
  identifier              = "${var.name}-rebuilt"
  source_db_instance_arn  = parapet_database_replica.standby.arn
  instance_class          = "db.r6g.large"
  kms_key_id              = module.primary.kms_key_arn
  db_subnet_group_name    = module.primary.subnet_group_name
  vpc_security_group_ids  = [module.primary.security_group_id]
  backup_retention_period = 7
  skip_final_snapshot     = true
}

resource "parapet_database_replica" "standby" {
  region                  = var.standby_region
  identifier              = "${var.name}-standby"
  source_db_instance_arn  = local.first_primary_arn
  instance_class          = "db.r6g.large"
  kms_key_id              = module.standby.kms_key_arn
  db_subnet_group_name    = module.standby.subnet_group_name
  vpc_security_group_ids  = [module.standby.security_group_id]
  backup_retention_period = 7
  skip_final_snapshot     = true

  depends_on = [aws_db_instance.primary]
}

data "aws_caller_identity" "current" {
  provider = aws.primary
}

locals {
  # Written out: it stays the same when the instance itself is gone, so that the promoted replica is not replaced.
  first_primary_arn   = "arn:aws:rds:${var.primary_region}:${data.aws_caller_identity.current.account_id}:db:${var.name}"
  primary_database_id = var.primary_rebuilt ? parapet_database_replica.primary[0].identifier : var.name
}

resource "parapet_global_accelerator" "this" {
  name = var.name

  listener {
    port_range {
      from_port = 443
      to_port   = 443
    }

    endpoint_group {
      region = var.primary_region

      endpoint {
        endpoint_id = module.primary.load_balancer_arn
      }
    }

    endpoint_group {
      region                          = var.standby_region
      initial_traffic_dial_percentage = 0

      endpoint {
        endpoint_id = module.standby.load_balancer_arn
      }
    }
  }
}

resource "parapet_failover" "this" {
  name            = var.name
  active_region   = var.active_region
  confirm_region  = var.confirm_region
  allow_data_loss = var.allow_data_loss
  rpo_seconds     = 60
  rto_minutes     = 15

  region {
    name                   = var.primary_region
    db_instance_identifier = local.primary_database_id
    endpoint_group_arn     = parapet_global_accelerator.this.listener[0].endpoint_group[0].arn
  }

  region {
    name                   = var.standby_region
    db_instance_identifier = parapet_database_replica.standby.identifier
    endpoint_group_arn     = parapet_global_accelerator.this.listener[0].endpoint_group[1].arn
  }

  traffic {
    accelerator_arn       = parapet_global_accelerator.this.arn
    dial_steps            = [10, 50, 100]
    step_interval_seconds = 0
  }

  fencing {
    mode     = "remove_endpoints"
    required = true
  }

  post_promotion {
    backup_retention_period = 7
  }

  coordination {
    dynamodb_table = module.standby.coordination_table
  }

  evidence {
    path = var.evidence_directory
  }

  depends_on = [aws_db_instance.primary]
}
