# What an account could save, with every argument that the tests turn.

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

variable "regions" {
  type    = list(string)
  default = null
}

variable "lookback_days" {
  type    = number
  default = null
}

variable "tag_filters" {
  type    = map(string)
  default = null
}

variable "actions" {
  type    = set(string)
  default = null
}

variable "cost_tag" {
  type    = string
  default = null
}

variable "max_retries" {
  type    = number
  default = 8
}

provider "parapet" {
  region            = "us-east-1"
  access_key        = "test"
  secret_key        = "test"
  max_retries       = var.max_retries
  s3_use_path_style = true

  endpoints {
    cloudwatch   = var.endpoint
    costexplorer = var.endpoint
    ec2          = var.endpoint
    elbv2        = var.endpoint
    rds          = var.endpoint
    s3           = var.endpoint
    sts          = var.endpoint
  }
}

data "parapet_cost_recommendations" "this" {
  regions       = var.regions
  lookback_days = var.lookback_days
  tag_filters   = var.tag_filters
  actions       = var.actions
  cost_tag      = var.cost_tag
}

output "found" {
  value = data.parapet_cost_recommendations.this
}
