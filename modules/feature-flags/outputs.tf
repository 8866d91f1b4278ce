output "manifests" {
  description = "The ConfigMap, under the name `flags`. flagd reads the key `flags.json`."
  value       = local.manifests

  precondition {
    condition     = data.parapet_policy_check.flags.passed
    error_message = "A flag was refused."
  }
}

output "yaml" {
  description = "The same as YAML: `kubectl apply --filename -`."
  value       = local.yaml

  precondition {
    condition     = data.parapet_policy_check.flags.passed
    error_message = "A flag was refused."
  }
}

output "checksum" {
  description = "SHA-256 of the flags, for an annotation of pods that have to be started anew when they change."
  value       = local.manifest.metadata.annotations["checksum/flags"]
}

output "names" {
  description = "Names of the flags."
  value       = sort(keys(local.document.flags))
}
