# The smallest stack that can fail over: the primary database is made by the test.

terraform {
  required_providers {
    parapet = {
      source = "parapet-io/parapet"
    }
  }
}

variable "endpoint" {
  type = string
}

variable "active_region" {
  type    = string
  default = "eu-west-1"
}

variable "confirm_region" {
  type    = string
  default = null
}

variable "allow_data_loss" {
  type    = bool
  default = false
}

variable "fencing" {
  type    = string
  default = "remove_endpoints"
}

provider "parapet" {
  region      = "eu-west-1"
  access_key  = "test"
  secret_key  = "test"
  max_retries = 3

  endpoints {
    cloudwatch        = var.endpoint
    dynamodb          = var.endpoint
    ec2               = var.endpoint
    globalaccelerator = var.endpoint
    kms               = var.endpoint
    rds               = var.endpoint
    s3                = var.endpoint
    sts               = var.endpoint
  }
}

resource "parapet_database_replica" "standby" {
  region                  = "eu-central-1"
  identifier              = "orders-standby"
  source_db_instance_arn  = "arn:aws:rds:eu-west-1:123456789012:db:orders"
  db_subnet_group_name    = "orders"
  backup_retention_period = 7
  skip_final_snapshot     = true
}

resource "parapet_global_accelerator" "this" {
  name = "orders"

  listener {
    port_range {
      from_port = 443
      to_port   = 443
    }

    endpoint_group {
      region = "eu-west-1"

      endpoint {
        endpoint_id = "eipalloc-0000000000000000a"
      }
    }

    endpoint_group {
      region                          = "eu-central-1"
      initial_traffic_dial_percentage = 0

      endpoint {
        endpoint_id = "eipalloc-0000000000000000b"
      }
    }
  }
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
    dynamodb_table = "parapet-failover"
    lease_seconds  = 1
  }

  evidence {
    path = "evidence"
  }
}
