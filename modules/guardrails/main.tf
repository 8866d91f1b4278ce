# What may not happen, said before it does: policies over the configuration, a budget for it, and advice on what is too large.

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

# The budget of AWS and the estimate of the stack have the same limit and count the same.
resource "parapet_cost_policy" "monthly" {
  count = var.budget == null ? 0 : 1

  name                 = "${var.name}-monthly"
  configuration_dir    = path.root
  variables            = var.cost_variables
  usage_file           = var.budget.usage_file
  monthly_budget_usd   = var.budget.limit_usd
  max_increase_percent = var.budget.max_increase_percent
  mode                 = var.budget.mode
  tags                 = var.platform.tags

  dynamic "rule" {
    for_each = var.budget.rules

    content {
      type      = rule.key
      threshold = rule.value
    }
  }

  dynamic "scope" {
    for_each = length(var.budget.cost_allocation_tags) > 0 ? [true] : []

    content {
      tag_filters = var.budget.cost_allocation_tags
    }
  }

  notify {
    emails           = length(var.budget.emails) > 0 ? var.budget.emails : null
    sns_topic_arn    = var.budget.sns_topic_arn
    actual_percent   = var.budget.actual_percent
    forecast_percent = var.budget.forecast_percent
  }
}

resource "parapet_compute_optimizer_enrollment" "this" {
  count = var.compute_optimizer.enabled ? 1 : 0

  include_member_accounts = var.compute_optimizer.include_member_accounts
  keep_on_destroy         = var.compute_optimizer.keep_on_destroy
}

resource "aws_ebs_encryption_by_default" "this" {
  for_each = var.baseline_regions

  region  = each.key
  enabled = true
}
