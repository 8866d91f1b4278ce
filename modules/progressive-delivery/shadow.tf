# A second version that gets a copy of the requests. Its answers are thrown away by the mesh.

locals {
  shadow_labels = {
    "app.kubernetes.io/name" = "${var.name}-shadow"
    version                  = "shadow"
  }

  image_reference = join("", [
    var.image.repository,
    var.image.tag == null ? "" : ":${var.image.tag}",
    var.image.digest == null ? "" : "@${var.image.digest}",
  ])

  shadow_objects = {
    shadow-service = {
      apiVersion = "v1"
      kind       = "Service"
      metadata   = merge(local.metadata, { name = "${var.name}-shadow" })
      spec       = { selector = local.shadow_labels, ports = local.shadow_service_ports }
    }

    shadow-destination-rule = {
      apiVersion = "networking.istio.io/v1"
      kind       = "DestinationRule"
      metadata   = merge(local.metadata, { name = "${var.name}-shadow" })
      spec       = { host = local.hosts.shadow, trafficPolicy = local.traffic_policy }
    }

    shadow-disruption-budget = {
      apiVersion = "policy/v1"
      kind       = "PodDisruptionBudget"
      metadata   = merge(local.metadata, { name = "${var.name}-shadow" })
      spec       = { maxUnavailable = 1, selector = { matchLabels = local.shadow_labels } }
    }

    shadow-deployment = {
      apiVersion = "apps/v1"
      kind       = "Deployment"
      metadata   = merge(local.metadata, { name = "${var.name}-shadow" })
      spec = {
        replicas = var.shadow.replicas
        selector = { matchLabels = local.shadow_labels }
        template = {
          metadata = { labels = merge(local.labels, local.shadow_labels) }
          spec     = local.shadow_pod
        }
      }
    }
  }

  shadow_service_ports = [{ name = "http", port = var.service.port, targetPort = var.service.target_port, protocol = "TCP" }]

  shadow_pod = {
    automountServiceAccountToken = false
    securityContext = {
      runAsNonRoot   = true
      runAsUser      = var.shadow.run_as_user
      seccompProfile = { type = "RuntimeDefault" }
    }
    containers = [{
      name  = var.name
      image = local.image_reference
      ports = [{ name = "http", containerPort = var.service.target_port, protocol = "TCP" }]
      env   = [for name, value in var.shadow.env : { name = name, value = value }]
      envFrom = concat(
        [for name in var.shadow.config_maps : { configMapRef = { name = name } }],
        [for name in var.shadow.secrets : { secretRef = { name = name } }],
      )
      readinessProbe = { httpGet = { path = var.shadow.readiness_path, port = "http" } }
      livenessProbe  = { httpGet = { path = var.shadow.liveness_path, port = "http" } }
      resources = {
        requests = { cpu = var.shadow.cpu, memory = var.shadow.memory }
        limits   = { memory = var.shadow.memory }
      }
      securityContext = {
        allowPrivilegeEscalation = false
        readOnlyRootFilesystem   = true
        capabilities             = { drop = ["ALL"] }
      }
    }]
  }
}
