# What every strategy has: the namespace, what may reach it, how the mesh treats it, and how it gets to the cluster.

locals {
  # Flagger renames the label of the pods that serve (`checkout-primary`): a selector that knows one name alone loses them.
  selector = {
    key      = "app.kubernetes.io/name"
    operator = "In"
    values   = [var.name, "${var.name}-primary", "${var.name}-shadow"]
  }

  labels = merge(var.labels, {
    "app.kubernetes.io/part-of"    = var.name
    "app.kubernetes.io/managed-by" = "terraform"
  })

  metadata = { namespace = var.namespace, labels = local.labels }

  namespace = {
    apiVersion = "v1"
    kind       = "Namespace"
    metadata = {
      name = var.namespace
      labels = merge(
        local.labels,
        { for mode in ["enforce", "audit", "warn"] : "pod-security.kubernetes.io/${mode}" => var.pod_security },
        var.mesh_revision == null ? { "istio-injection" = "enabled" } : { "istio.io/rev" = var.mesh_revision },
      )
    }
  }

  traffic_policy = {
    connectionPool = {
      tcp = { maxConnections = var.traffic_policy.max_connections }
      http = {
        http1MaxPendingRequests = var.traffic_policy.max_pending_requests
        http2MaxRequests        = var.traffic_policy.max_requests
      }
    }
    loadBalancer = merge(
      var.traffic_policy.session_header == null ? { simple = "LEAST_REQUEST" } : null,
      var.traffic_policy.session_header == null ? null : { consistentHash = { httpHeaderName = var.traffic_policy.session_header } },
    )
    outlierDetection = {
      consecutive5xxErrors = var.traffic_policy.consecutive_5xx
      interval             = var.traffic_policy.interval
      baseEjectionTime     = var.traffic_policy.base_ejection_time
      maxEjectionPercent   = var.traffic_policy.max_ejection_percent
      minHealthPercent     = var.traffic_policy.min_health_percent
    }
    tls = { mode = "ISTIO_MUTUAL" }
  }

  # Flagger writes rules like this one for the primary and the canary, out of `spec.service.trafficPolicy`.
  destination_rule = {
    apiVersion = "networking.istio.io/v1"
    kind       = "DestinationRule"
    metadata   = merge(local.metadata, { name = var.name })
    spec       = { host = local.hosts.stable, trafficPolicy = local.traffic_policy }
  }

  hosts = {
    stable = "${var.name}.${var.namespace}.svc.cluster.local"
    canary = "${var.name}-canary.${var.namespace}.svc.cluster.local"
    shadow = "${var.name}-shadow.${var.namespace}.svc.cluster.local"
  }

  flagger = var.strategy != "shadow"

  # Names of the mesh inside, and the hosts of the gateways outside.
  virtual_service = {
    apiVersion = "networking.istio.io/v1"
    kind       = "VirtualService"
    # Flagger's own has the name of the service.
    metadata = merge(local.metadata, { name = "${var.name}-entry" })
    spec = {
      hosts    = concat([local.hosts.stable], var.service.hosts)
      gateways = concat(["mesh"], var.service.gateways)
      http     = concat(local.header_routes, local.delegated_routes, local.mirrored_routes)
    }
  }

  header_routes = [
    for header in var.analysis.header[*] : {
      name    = "header"
      match   = [{ headers = { (header.name) = { exact = header.value } } }]
      route   = [{ destination = { host = local.hosts.canary, port = { number = var.service.port } } }]
      timeout = var.service.timeout
    } if local.flagger
  ]

  # Flagger changes the weights in a VirtualService of its own; two with the same hosts would overwrite each other.
  delegated_routes = [
    for name in [var.name] : { name = "progressive", delegate = { name = name, namespace = var.namespace } } if local.flagger
  ]

  mirrored_routes = [
    for name in [var.name] : {
      name             = "mirrored"
      route            = [{ destination = { host = local.hosts.stable, port = { number = var.service.port } } }]
      mirror           = { host = local.hosts.shadow, port = { number = var.service.port } }
      mirrorPercentage = { value = var.shadow.percent }
      timeout          = var.service.timeout
    } if !local.flagger
  ]

  # `merge` keeps the type of each, where a conditional with two objects would ask for one.
  delivered = merge(
    { "destination-rule" = local.destination_rule, "virtual-service" = local.virtual_service },
    local.network_policies,
    local.flagger ? { canary = local.canary } : null,
    local.flagger ? null : local.shadow_objects,
  )

  manifests = merge(
    { namespace = local.namespace },
    local.delivered,
    { kustomization = local.kustomization, application = local.application },
  )

  delivered_yaml = join("---\n", [for object in concat([local.namespace], values(local.delivered)) : yamlencode(object)])
  applied_yaml   = join("---\n", [local.delivered_yaml, yamlencode(local.application)])
}

# What is judged is what is put out, word for word.
data "parapet_admission_review" "delivery" {
  manifests = join("---\n", [local.applied_yaml, yamlencode(local.kustomization)])
  packs     = ["kubernetes"]
  fail_on   = var.fail_on
}
