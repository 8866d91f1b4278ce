output "findings" {
  description = "What the guardrails found."
  value       = module.guardrails.findings
}

output "monthly_usd" {
  description = "What the stack is going to cost in a month, in USD."
  value       = module.guardrails.monthly_usd
}
