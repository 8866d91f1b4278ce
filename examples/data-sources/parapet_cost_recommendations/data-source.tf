# What two regions could save, and what each team has cost.
data "parapet_cost_recommendations" "this" {
  regions       = ["eu-west-1", "us-east-1"]
  lookback_days = 30
  cost_tag      = "team"
}

output "monthly_savings_usd" {
  value = data.parapet_cost_recommendations.this.total_monthly_savings_usd
}

# The volumes nobody uses, with the snapshot to take first.
output "unused_volumes" {
  value = {
    for it in data.parapet_cost_recommendations.this.recommendations : it.resource_id => it.remediation
    if it.action == "Delete" && it.resource_type == "EbsVolume"
  }
}
