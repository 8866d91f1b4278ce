output "manifests" {
  description = "Every object that was rendered, by name: the ConfigMaps of the collectors, Alertmanager and Grafana, and the PrometheusRule."
  value       = local.manifests

  precondition {
    condition     = data.parapet_admission_review.configuration.passed
    error_message = "What was rendered has findings at or above ${var.fail_on}."
  }
}

output "yaml" {
  description = "The same as one YAML document after another: `kubectl apply --filename -`."
  value       = local.yaml

  precondition {
    condition     = data.parapet_admission_review.configuration.passed
    error_message = "What was rendered has findings at or above ${var.fail_on}."
  }
}

output "collectors" {
  description = "Configuration of the collectors as YAML: `agent` and `gateway`, for whoever deploys them by a chart."
  value       = { agent = yamlencode(local.agent), gateway = yamlencode(local.gateway) }
}

output "rules" {
  description = "Rules as a file of Prometheus, for whoever has no Prometheus Operator."
  value       = yamlencode(local.rules)
}

output "alertmanager" {
  description = "Configuration of Alertmanager as YAML."
  value       = yamlencode(local.alertmanager)
}

output "dashboards" {
  description = "Dashboards as JSON: name of the file to its content."
  value       = local.dashboards
}

output "findings" {
  description = "What the review found below `fail_on`."
  value       = data.parapet_admission_review.configuration.findings
}
