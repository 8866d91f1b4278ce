# A cost policy and an enrolment, with every argument that the tests turn. What is priced lies in ./shop and is never applied.

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

variable "price_book" {
  type    = string
  default = null
}

variable "policies" {
  type    = number
  default = 1
}

variable "mode" {
  type    = string
  default = "report"
}

variable "limit" {
  type    = number
  default = 1000
}

variable "increase" {
  type    = number
  default = null
}

variable "instances" {
  type    = number
  default = 1
}

variable "type" {
  type    = string
  default = "m5.large"
}

variable "notify" {
  type    = object({ emails = list(string), actual_percent = optional(list(number)), forecast_percent = optional(number) })
  default = { emails = ["cost@example.com"] }
}

variable "scope" {
  type    = object({ regions = optional(list(string)), tag_filters = optional(map(list(string))) })
  default = null
}

variable "rules" {
  type    = map(number)
  default = {}
}

# Rules about the account.
variable "live" {
  type = map(object({
    threshold         = optional(number)
    lookback_days     = optional(number)
    min_datapoints    = optional(number)
    grace_period_days = optional(number)
  }))
  default = {}
}

variable "tags" {
  type    = map(string)
  default = null
}

variable "enrolment" {
  type    = object({ status = optional(string), include_member_accounts = optional(bool), keep_on_destroy = optional(bool) })
  default = null
}

provider "parapet" {
  region     = "us-east-1"
  access_key = "test"
  secret_key = "test"
  price_book = var.price_book

  endpoints {
    budgets          = var.endpoint
    cloudwatch       = var.endpoint
    computeoptimizer = var.endpoint
    costexplorer     = var.endpoint
    ec2              = var.endpoint
    elbv2            = var.endpoint
    rds              = var.endpoint
    sts              = var.endpoint
  }

  default_tags {
    tags = { team = "core" }
  }
}

resource "parapet_cost_policy" "shop" {
  count = var.policies

  name                 = "shop"
  configuration_dir    = "${path.root}/shop"
  variables            = { instances = var.instances, type = var.type }
  monthly_budget_usd   = var.limit
  max_increase_percent = var.increase
  mode                 = var.mode
  tags                 = var.tags

  dynamic "rule" {
    for_each = var.rules

    content {
      type      = rule.key
      threshold = rule.value
    }
  }

  dynamic "rule" {
    for_each = var.live

    content {
      type              = rule.key
      threshold         = rule.value.threshold
      lookback_days     = rule.value.lookback_days
      min_datapoints    = rule.value.min_datapoints
      grace_period_days = rule.value.grace_period_days
    }
  }

  dynamic "scope" {
    for_each = var.scope[*]

    content {
      regions     = scope.value.regions
      tag_filters = scope.value.tag_filters
    }
  }

  dynamic "notify" {
    for_each = var.notify[*]

    content {
      emails           = notify.value.emails
      actual_percent   = notify.value.actual_percent
      forecast_percent = notify.value.forecast_percent
    }
  }
}

resource "parapet_compute_optimizer_enrollment" "this" {
  count = var.enrolment == null ? 0 : 1

  status                  = var.enrolment.status
  include_member_accounts = var.enrolment.include_member_accounts
  keep_on_destroy         = var.enrolment.keep_on_destroy
}

output "policy" {
  value = one(parapet_cost_policy.shop)
}

output "enrolment" {
  value = one(parapet_compute_optimizer_enrollment.this)
}
