output "findings" {
  description = "What the guardrails found."
  value       = module.guardrails.findings
}
