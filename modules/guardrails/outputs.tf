output "passed" {
  description = "Whether the policies found nothing at or above `fail_on`."
  value       = data.parapet_policy_check.platform.passed
}

output "findings" {
  description = "What the policies found, the most severe first."
  value       = [for it in data.parapet_policy_check.platform.findings : { rule = it.rule, severity = it.severity, path = it.path, message = it.message }]
}

output "budget_name" {
  description = "Name of the budget; null without one."
  value       = one(parapet_cost_policy.monthly[*].name)
}

output "monthly_usd" {
  description = "What the stack is going to cost in a month, in USD, as far as that has a price; null without a budget."
  value       = one(parapet_cost_policy.monthly[*].estimate.monthly_usd)
}

output "unpriced_count" {
  description = "How many items of the estimate have no known price; null without a budget."
  value       = one(parapet_cost_policy.monthly[*].unpriced_count)
}

output "cost_findings" {
  description = "What is over the budget, and what would save money."
  value       = flatten(parapet_cost_policy.monthly[*].findings)
}
