# What both stacks stand on: the provider, and an accelerator in front of two regions.

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

variable "max_retries" {
  type    = number
  default = 3
}

provider "parapet" {
  region            = "eu-west-1"
  access_key        = "test"
  secret_key        = "test"
  max_retries       = var.max_retries
  s3_use_path_style = true

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
