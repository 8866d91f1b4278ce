# What `cargo xtask bench` plans and fails over, on a sandbox.

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

variable "groups" {
  type    = number
  default = 1
}

variable "active_region" {
  type    = string
  default = "eu-west-1"
}

variable "confirm_region" {
  type    = string
  default = null
}

provider "parapet" {
  region     = "eu-west-1"
  access_key = "test"
  secret_key = "test"

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
  count          = var.groups
  name           = "orders-${count.index}"
  active_region  = var.active_region
  confirm_region = var.confirm_region
  rpo_seconds    = 60

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
    dial_steps            = [10, 50, 100]
    step_interval_seconds = 0
  }

  fencing {
    mode     = "remove_endpoints"
    required = true
  }

  post_promotion {
    backup_retention_period = 14
    multi_az                = true
  }

  coordination {
    dynamodb_table = "parapet-failover"
    region         = "eu-central-1"
  }

  evidence {
    path = "evidence"
  }
}

output "measured_rto_seconds" {
  value = parapet_failover.this[0].measured_rto_seconds
}
