output "manifests" {
  description = "Every object that was rendered, by name: to be used one by one."
  value       = local.manifests

  precondition {
    condition     = data.parapet_admission_review.delivery.passed
    error_message = "What was rendered has findings at or above ${var.fail_on}."
  }
}

output "yaml" {
  description = "What goes to the cluster, as one YAML document after another: `kubectl apply --filename -`. The Kustomization is not among them, as it is no object of the cluster."
  value       = local.applied_yaml

  precondition {
    condition     = data.parapet_admission_review.delivery.passed
    error_message = "What was rendered has findings at or above ${var.fail_on}."
  }
}

output "files" {
  description = "Files for the repository that Argo CD reads: `kustomization.yaml` and `delivery.yaml`, at `application.path` beside your own."
  value = {
    "kustomization.yaml" = yamlencode(local.kustomization)
    "delivery.yaml"      = local.delivered_yaml
  }
}

output "application" {
  description = "The Argo CD Application as YAML, for whoever deploys by GitOps: it is applied once, the rest follows from the repository."
  value       = yamlencode(local.application)
}

output "findings" {
  description = "What the review found below `fail_on`."
  value       = data.parapet_admission_review.delivery.findings
}
