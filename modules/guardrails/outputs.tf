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
  value       = one(aws_budgets_budget.monthly[*].name)
}
