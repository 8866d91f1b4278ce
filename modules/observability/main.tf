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

# What is judged is what is put out, word for word: objects by the one pack, the configuration in them by the other.
data "parapet_admission_review" "configuration" {
  manifests = local.yaml
  packs     = ["kubernetes", "observability"]
  fail_on   = var.fail_on
}
