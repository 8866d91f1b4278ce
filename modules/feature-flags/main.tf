# Feature flags as a ConfigMap. A flag that flagd would refuse, or that would silently be off, stops the plan.

locals {
  document = jsondecode(var.flags)

  # Written anew, so that layout and order of the file change nothing in the cluster.
  content = jsonencode(local.document)

  manifest = {
    apiVersion = "v1"
    kind       = "ConfigMap"
    metadata = {
      name      = var.name
      namespace = var.namespace
      labels    = merge(var.labels, { "app.kubernetes.io/part-of" = "feature-flags", "app.kubernetes.io/managed-by" = "terraform" })
      annotations = {
        "checksum/flags" = sha256(local.content)
      }
    }
    data = { "flags.json" = local.content }
  }

  manifests = { flags = local.manifest }
  yaml      = yamlencode(local.manifest)
}

data "parapet_policy_check" "flags" {
  input = {
    document          = local.document
    required_metadata = var.required_metadata
    as_of             = var.as_of == null ? "" : substr(var.as_of, 0, 10)
  }

  packs    = []
  policies = { "flags.rego" = file("${path.module}/policies/flags.rego") }
}
