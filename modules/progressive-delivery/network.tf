# Nothing passes that is not named here.

locals {
  # Set by the API server itself, so nobody can take another namespace's place by a label.
  namespace_label = "kubernetes.io/metadata.name"

  # Metrics of the sidecar and, merged into them, of the application.
  sidecar_metrics_port = 15020
  # Certificates and configuration of the mesh.
  mesh_control_port = 15012

  service_pods = { matchExpressions = [local.selector] }

  callers = distinct(concat([var.network.gateway_namespace, var.network.flagger_namespace], var.network.from_namespaces))

  policies = {
    default-deny = {
      podSelector = {}
      policyTypes = ["Ingress", "Egress"]
    }

    allow-dns = {
      podSelector = {}
      policyTypes = ["Egress"]
      egress = [{
        to = [{
          namespaceSelector = { matchLabels = { (local.namespace_label) = "kube-system" } }
          podSelector       = { matchLabels = { "k8s-app" = "kube-dns" } }
        }]
        ports = [for protocol in ["UDP", "TCP"] : { protocol = protocol, port = 53 }]
      }]
    }

    allow-mesh = {
      podSelector = {}
      policyTypes = ["Egress"]
      egress = [{
        to = [{
          namespaceSelector = { matchLabels = { (local.namespace_label) = var.network.mesh_namespace } }
          podSelector       = { matchLabels = { app = "istiod" } }
        }]
        ports = [{ protocol = "TCP", port = local.mesh_control_port }]
      }]
    }

    "${var.name}-ingress" = {
      podSelector = local.service_pods
      policyTypes = ["Ingress"]
      ingress = [
        {
          from = concat(
            [for name in local.callers : { namespaceSelector = { matchLabels = { (local.namespace_label) = name } } }],
            [{ podSelector = local.service_pods }],
          )
          ports = [{ protocol = "TCP", port = var.service.target_port }]
        },
        {
          from = [{ namespaceSelector = { matchLabels = { (local.namespace_label) = var.network.monitoring_namespace } } }]
          ports = [
            for port in distinct(concat([local.sidecar_metrics_port], var.service.metrics_port[*])) : { protocol = "TCP", port = port }
          ]
        },
      ]
    }

    "${var.name}-egress" = {
      podSelector = local.service_pods
      policyTypes = ["Egress"]
      egress = concat(
        [{
          to    = [{ podSelector = local.service_pods }]
          ports = [{ protocol = "TCP", port = var.service.target_port }]
        }],
        [for peer in values(var.network.to_namespaces) : {
          to    = [{ namespaceSelector = { matchLabels = { (local.namespace_label) = peer.namespace } } }]
          ports = [for port in peer.ports : { protocol = "TCP", port = port }]
        }],
        [for peer in values(var.network.to_cidrs) : {
          to    = [{ ipBlock = merge({ cidr = peer.cidr }, length(peer.except) == 0 ? null : { except = peer.except }) }]
          ports = [for port in peer.ports : { protocol = "TCP", port = port }]
        }],
      )
    }
  }

  network_policies = {
    for name, spec in local.policies : "network-policy-${name}" => {
      apiVersion = "networking.k8s.io/v1"
      kind       = "NetworkPolicy"
      metadata   = merge(local.metadata, { name = name })
      spec       = spec
    }
  }
}
