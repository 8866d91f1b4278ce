# The smallest stack of RDS instances that can fail over: the primary database is made by the test.

variable "fencing" {
  type    = string
  default = "remove_endpoints"
}

# Keeps records and evidence, instead of a table and a directory.
variable "bucket" {
  type    = string
  default = null
}

resource "parapet_database_replica" "standby" {
  region                  = "eu-central-1"
  identifier              = "orders-standby"
  source_db_instance_arn  = "arn:aws:rds:eu-west-1:123456789012:db:orders"
  db_subnet_group_name    = "orders"
  backup_retention_period = 7
  skip_final_snapshot     = true
}

resource "parapet_failover" "this" {
  name            = "orders"
  active_region   = var.active_region
  confirm_region  = var.confirm_region
  allow_data_loss = var.allow_data_loss
  rpo_seconds     = 60

  region {
    name                   = "eu-west-1"
    db_instance_identifier = "orders"
    endpoint_group_arn     = parapet_global_accelerator.this.listener[0].endpoint_group[0].arn
  }

  region {
    name                   = "eu-central-1"
    db_instance_identifier = parapet_database_replica.standby.identifier
    endpoint_group_arn     = parapet_global_accelerator.this.listener[0].endpoint_group[1].arn
  }

  traffic {
    accelerator_arn       = parapet_global_accelerator.this.arn
    dial_steps            = [50, 100]
    step_interval_seconds = 0
  }

  fencing {
    mode     = var.fencing
    required = true
  }

  post_promotion {
    backup_retention_period = 14
    multi_az                = true
  }

  coordination {
    dynamodb_table = var.bucket == null ? "parapet-failover" : null
    s3_bucket      = var.bucket
    lease_seconds  = 1
  }

  evidence {
    path      = var.bucket == null ? "evidence" : null
    s3_bucket = var.bucket
  }
}
