# What this stack may cost. A plan that is over the budget does not come about; what is really spent is watched by an AWS Budget.
resource "parapet_cost_policy" "shop" {
  name                 = "shop-monthly"
  configuration_dir    = path.root
  usage_file           = "${path.root}/usage.hcl"
  monthly_budget_usd   = 12000
  max_increase_percent = 20
  mode                 = "enforce"

  # What -var may set, and Terraform tells no provider.
  variables = { environment = var.environment }

  rule {
    type      = "gp2_volumes"
    threshold = 5
  }

  rule {
    type = "previous_generation"
  }

  # In the account: read when this is refreshed.
  rule {
    type           = "rightsizing"
    lookback_days  = 30
    min_datapoints = 720
    threshold      = 20
  }

  rule {
    type              = "unattached_volumes"
    grace_period_days = 30
  }

  scope {
    regions     = ["eu-west-1", "eu-central-1", "global"]
    tag_filters = { CostCenter = ["Engineering"] }
  }

  notify {
    emails           = ["platform@example.com"]
    actual_percent   = [50, 80, 100]
    forecast_percent = 100
  }

  tags = { CostCenter = "Engineering" }
}

variable "environment" {
  type    = string
  default = "production"
}

output "monthly_usd" {
  value = parapet_cost_policy.shop.estimate.monthly_usd
}

output "could_be_saved" {
  value = { for it in parapet_cost_policy.shop.findings : coalesce(it.address, it.resource_arn) => it.message... if it.action != null }
}
