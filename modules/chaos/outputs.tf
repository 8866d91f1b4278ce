output "manifests" {
  description = "Every object that was rendered, by the name of its experiment: a PodChaos, NetworkChaos or StressChaos, or the Schedule that repeats it."
  value       = local.manifests

  precondition {
    condition     = alltrue([for it in values(var.experiments) : contains(var.allowed_namespaces, it.namespace)])
    error_message = "An experiment is outside the allowed namespaces."
  }

  precondition {
    condition     = data.parapet_policy_check.blast_radius.passed
    error_message = "An experiment is larger than the limits."
  }
}

output "yaml" {
  description = "The same as one YAML document after another: `kubectl apply --filename -`."
  value       = local.yaml

  precondition {
    condition     = data.parapet_policy_check.blast_radius.passed
    error_message = "An experiment is larger than the limits."
  }
}
