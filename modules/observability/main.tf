# Rendered configuration as objects for the cluster, judged before anybody gets it.

locals {
  metadata = {
    namespace = var.namespace
    labels    = merge(var.labels, { "app.kubernetes.io/part-of" = "observability", "app.kubernetes.io/managed-by" = "terraform" })
  }

  manifests = {
    otel-agent = {
      apiVersion = "v1"
      kind       = "ConfigMap"
      metadata   = merge(local.metadata, { name = "otel-agent" })
      data       = { "config.yaml" = yamlencode(local.agent) }
    }
    otel-gateway = {
      apiVersion = "v1"
      kind       = "ConfigMap"
      metadata   = merge(local.metadata, { name = "otel-gateway" })
      data       = { "config.yaml" = yamlencode(local.gateway) }
    }
    alertmanager = {
      apiVersion = "v1"
      kind       = "ConfigMap"
      metadata   = merge(local.metadata, { name = "alertmanager" })
      data       = { "alertmanager.yml" = yamlencode(local.alertmanager) }
    }
    dashboards = {
      apiVersion = "v1"
      kind       = "ConfigMap"
      # The label by which the sidecar of Grafana's chart finds dashboards.
      metadata = merge(local.metadata, { name = "grafana-dashboards", labels = merge(local.metadata.labels, { grafana_dashboard = "1" }) })
      data     = local.dashboards
    }
    prometheus-rule = local.prometheus_rule
  }

  yaml = join("---\n", [for object in values(local.manifests) : yamlencode(object)])
}

# What is judged is what the objects are made of.
data "parapet_policy_check" "configuration" {
  input = {
    collectors   = { agent = local.agent, gateway = local.gateway }
    alertmanager = local.alertmanager
    dashboards   = { for name, text in local.dashboards : name => jsondecode(text) }
  }

  packs    = []
  policies = { for name in fileset("${path.module}/policies", "*.rego") : name => file("${path.module}/policies/${name}") }
}
