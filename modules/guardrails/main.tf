# What may not happen, said before it does: policies over the configuration, a budget, and advice on what is too large.

locals {
  policies = { for file in fileset("${path.module}/policies", "*.rego") : file => file("${path.module}/policies/${file}") }
}

data "parapet_policy_check" "platform" {
  input = {
    platform        = var.platform
    allowed_regions = var.allowed_regions
    required_tags   = var.required_tags
  }

  packs       = []
  policies    = merge(local.policies, var.policies)
  fail_on     = var.fail_on
  enforcement = var.enforcement
}

resource "aws_budgets_budget" "monthly" {
  count = var.budget == null ? 0 : 1

  name         = "${var.name}-monthly"
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_amount = tostring(var.budget.limit_usd)
  limit_unit   = "USD"
  tags         = var.platform.tags

  dynamic "cost_filter" {
    for_each = length(var.budget.cost_allocation_tags) > 0 ? [true] : []

    content {
      name   = "TagKeyValue"
      values = flatten([for key, values in var.budget.cost_allocation_tags : [for value in values : format("user:%s$%s", key, value)]])
    }
  }

  dynamic "notification" {
    for_each = concat(
      [for percent in var.budget.actual_percent : { type = "ACTUAL", percent = percent }],
      [{ type = "FORECASTED", percent = var.budget.forecast_percent }],
    )

    content {
      comparison_operator        = "GREATER_THAN"
      notification_type          = notification.value.type
      threshold                  = notification.value.percent
      threshold_type             = "PERCENTAGE"
      subscriber_email_addresses = var.budget.emails
      subscriber_sns_topic_arns  = var.budget.sns_topic_arns
    }
  }
}

resource "aws_computeoptimizer_enrollment_status" "this" {
  count = var.compute_optimizer.enabled ? 1 : 0

  status                  = "Active"
  include_member_accounts = var.compute_optimizer.include_member_accounts
}

resource "aws_ebs_encryption_by_default" "this" {
  for_each = var.baseline_regions

  region  = each.key
  enabled = true
}
