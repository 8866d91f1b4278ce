variable "name" {
  description = "Name of the service: of its Deployment, its Service and the objects made here. At most 40 characters, as Flagger appends to it."
  type        = string

  validation {
    condition     = can(regex("^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$", var.name))
    error_message = "A name is a DNS label of at most 40 characters: lower case letters, digits and dashes, beginning with a letter; this is \"${var.name}\"."
  }
}

variable "namespace" {
  description = "Namespace of the service; it is made here, with its Pod Security labels."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", var.namespace)) && !contains(["default", "kube-system", "kube-public", "kube-node-lease"], var.namespace)
    error_message = "The service has a namespace of its own: a DNS label, and none of default, kube-system, kube-public and kube-node-lease; this is \"${var.namespace}\"."
  }
}

variable "labels" {
  description = "Labels of every object, such as the team and the cost centre."
  type        = map(string)
  default     = {}
}

variable "strategy" {
  description = "How a new version gets its traffic: `canary` (growing shares), `blue_green` (tested aside, then switched at once) or `shadow` (a copy of the requests, whose answers nobody sees; the stable version is not replaced)."
  type        = string
  default     = "canary"

  validation {
    condition     = contains(["canary", "blue_green", "shadow"], var.strategy)
    error_message = "The strategy is \"canary\", \"blue_green\" or \"shadow\", not \"${var.strategy}\"."
  }
}

variable "image" {
  description = "Image of the service, pinned by `tag`, by `digest` (`sha256:…`), or both. `name` is the name in your manifests where that is another."
  type = object({
    repository = string
    tag        = optional(string)
    digest     = optional(string)
    name       = optional(string)
  })

  validation {
    condition     = var.image.digest != null || (var.image.tag != null && !contains(["", "latest"], coalesce(var.image.tag, "latest")))
    error_message = "The image ${var.image.repository} has no fixed version: set `digest`, or a `tag` that is not \"latest\"."
  }

  validation {
    condition     = var.image.digest == null || can(regex("^sha256:[0-9a-f]{64}$", var.image.digest))
    error_message = "A digest is \"sha256:\" and 64 hexadecimal digits."
  }
}

variable "service" {
  description = "How the service is reached: `port` of the Service, `target_port` and `metrics_port` of the container, `hosts` and `gateways` (`namespace/name`) of the mesh for requests from outside."
  type = object({
    port         = optional(number, 80)
    target_port  = number
    metrics_port = optional(number)
    hosts        = optional(list(string), [])
    gateways     = optional(list(string), [])
    timeout      = optional(string, "15s")
  })

  validation {
    condition     = alltrue([for port in compact([var.service.port, var.service.target_port, var.service.metrics_port]) : port >= 1 && port <= 65535])
    error_message = "Ports are between 1 and 65535."
  }

  validation {
    condition     = (length(var.service.hosts) == 0) == (length(var.service.gateways) == 0)
    error_message = "`hosts` and `gateways` belong together: a host needs a gateway that it is reached through, and a gateway a host."
  }

  validation {
    condition     = alltrue([for host in var.service.hosts : host != "*"])
    error_message = "The host \"*\" takes the requests of every other service of the gateway; name the hosts."
  }
}

variable "traffic_policy" {
  description = "What the mesh does for the service: connection limits, and when a pod that answers with errors is ejected. `session_header` keeps the requests of a session on one pod."
  type = object({
    max_connections      = optional(number, 100)
    max_pending_requests = optional(number, 100)
    max_requests         = optional(number, 100)
    consecutive_5xx      = optional(number, 5)
    interval             = optional(string, "30s")
    base_ejection_time   = optional(string, "30s")
    max_ejection_percent = optional(number, 50)
    min_health_percent   = optional(number, 50)
    session_header       = optional(string)
  })
  default = {}

  validation {
    condition     = var.traffic_policy.max_ejection_percent >= 1 && var.traffic_policy.max_ejection_percent <= 100 && var.traffic_policy.consecutive_5xx >= 1
    error_message = "`max_ejection_percent` is between 1 and 100 and `consecutive_5xx` at least 1: with 0, nothing is ever ejected."
  }
}

variable "analysis" {
  description = <<-EOT
    When a new version is promoted, and when it is not. It is looked at every `interval`; after `threshold` failures it is rolled back. `canary` moves
    `step_weight` percent at a time up to `max_weight`; `blue_green` tests for `iterations` intervals. `min_success_rate` and `max_duration_ms` are
    judged in both; `metrics` are further ones, each a MetricTemplate of Flagger with a lowest or a highest value. `header` sends requests with it
    to the new version from the beginning.
  EOT
  type = object({
    interval         = optional(string, "1m")
    threshold        = optional(number, 5)
    step_weight      = optional(number, 10)
    max_weight       = optional(number, 50)
    iterations       = optional(number, 10)
    min_success_rate = optional(number, 99)
    max_duration_ms  = optional(number, 500)
    deadline_seconds = optional(number, 3600)
    header           = optional(object({ name = string, value = string }))
    metrics = optional(map(object({
      template  = string
      namespace = string
      min       = optional(number)
      max       = optional(number)
      interval  = optional(string, "1m")
    })), {})
  })
  default = {}

  validation {
    condition     = can(regex("^[1-9][0-9]*(s|m|h)$", var.analysis.interval))
    error_message = "An interval is a number with s, m or h, such as \"1m\"; this is \"${var.analysis.interval}\"."
  }

  validation {
    condition     = var.analysis.threshold >= 1 && var.analysis.iterations >= 1
    error_message = "`threshold` and `iterations` are at least 1: without a number of failures nothing ends a bad version."
  }

  validation {
    condition     = var.analysis.step_weight >= 1 && var.analysis.step_weight <= 50 && var.analysis.max_weight >= var.analysis.step_weight && var.analysis.max_weight <= 100
    error_message = "`step_weight` is 1 to 50 percent, and `max_weight` at least as much and at most 100; these are ${var.analysis.step_weight} and ${var.analysis.max_weight}."
  }

  validation {
    condition     = var.analysis.min_success_rate > 0 && var.analysis.min_success_rate <= 100 && var.analysis.max_duration_ms > 0
    error_message = "`min_success_rate` is a percentage above 0, and `max_duration_ms` is above 0."
  }

  validation {
    condition     = alltrue([for metric in values(var.analysis.metrics) : metric.min != null || metric.max != null])
    error_message = "Metrics without `min` and `max` judge nothing: ${join(", ", [for name, metric in var.analysis.metrics : name if metric.min == null && metric.max == null])}."
  }
}

variable "webhooks" {
  description = "What Flagger calls during the analysis: name to `type` (such as `pre-rollout` for tests and `rollout` for load), `url`, `timeout` and `metadata`."
  type = map(object({
    type     = optional(string, "rollout")
    url      = string
    timeout  = optional(string, "30s")
    metadata = optional(map(string), {})
  }))
  default = {}

  validation {
    condition = alltrue([for hook in values(var.webhooks) : contains([
      "confirm-rollout", "pre-rollout", "rollout", "confirm-traffic-increase", "confirm-promotion", "post-rollout", "rollback", "event",
    ], hook.type)])
    error_message = "The type of a webhook is confirm-rollout, pre-rollout, rollout, confirm-traffic-increase, confirm-promotion, post-rollout, rollback or event."
  }
}

variable "alerts" {
  description = "Where Flagger reports: name to `severity` (`info`, `warn`, `error`) and the AlertProvider that holds the address."
  type = map(object({
    severity  = optional(string, "warn")
    provider  = string
    namespace = string
  }))
  default = {}

  validation {
    condition     = alltrue([for alert in values(var.alerts) : contains(["info", "warn", "error"], alert.severity)])
    error_message = "The severity of an alert is info, warn or error."
  }
}

variable "shadow" {
  description = "The shadow Deployment, for the strategy `shadow`: `percent` of the requests are copied to it. `env` goes to its container; `config_maps` and `secrets` are whole ones it gets as environment variables. Keep it away from the production database."
  type = object({
    percent        = optional(number, 100)
    replicas       = optional(number, 2)
    readiness_path = optional(string, "/ready")
    liveness_path  = optional(string, "/live")
    cpu            = optional(string, "500m")
    memory         = optional(string, "1Gi")
    env            = optional(map(string), { SHADOW_MODE = "true" })
    config_maps    = optional(list(string), [])
    secrets        = optional(list(string), [])
    run_as_user    = optional(number, 10001)
  })
  default = {}

  validation {
    condition     = var.shadow.percent > 0 && var.shadow.percent <= 100 && var.shadow.replicas >= 1 && var.shadow.run_as_user > 0
    error_message = "`percent` is above 0 and at most 100, `replicas` at least 1, and `run_as_user` is not root."
  }
}

variable "network" {
  description = <<-EOT
    What is let through; everything else is denied in both directions. `from_namespaces` may call the service besides its own pods, the gateways and Flagger's
    tests; `monitoring_namespace` may scrape `metrics_port` and the sidecar. `to_namespaces` and `to_cidrs` are what the service calls: name to where and TCP ports.
  EOT
  type = object({
    from_namespaces      = optional(list(string), [])
    gateway_namespace    = optional(string, "istio-system")
    mesh_namespace       = optional(string, "istio-system")
    flagger_namespace    = optional(string, "flagger-system")
    monitoring_namespace = optional(string, "monitoring")
    to_namespaces        = optional(map(object({ namespace = string, ports = list(number) })), {})
    to_cidrs             = optional(map(object({ cidr = string, except = optional(list(string), []), ports = list(number) })), {})
  })
  default = {}

  validation {
    condition     = alltrue([for peer in concat(values(var.network.to_namespaces)[*].ports, values(var.network.to_cidrs)[*].ports) : length(peer) > 0])
    error_message = "Every destination names its ports; without them all ports would be open: ${join(", ", [for name, peer in merge(var.network.to_namespaces, var.network.to_cidrs) : name if length(peer.ports) == 0])}."
  }

  validation {
    condition     = alltrue([for peer in values(var.network.to_cidrs) : can(cidrhost(peer.cidr, 0)) && alltrue([for hole in peer.except : can(cidrhost(hole, 0))])])
    error_message = "Not a network in CIDR notation: ${join(", ", [for name, peer in var.network.to_cidrs : "${name} (${join(", ", concat([peer.cidr], peer.except))})" if !can(cidrhost(peer.cidr, 0)) || !alltrue([for hole in peer.except : can(cidrhost(hole, 0))])])}."
  }
}

variable "pod_security" {
  description = "Pod Security Standard that the namespace enforces: `restricted` or `baseline`. Either asks for the CNI plugin of the mesh, as its init container may not change the network."
  type        = string
  default     = "restricted"

  validation {
    condition     = contains(["restricted", "baseline"], var.pod_security)
    error_message = "The namespace enforces \"restricted\" or \"baseline\", not \"${var.pod_security}\"."
  }
}

variable "mesh_revision" {
  description = "Revision of the mesh whose sidecars are injected (`istio.io/rev`); its default revision when left out."
  type        = string
  default     = null
}

variable "kustomization" {
  description = "What the Kustomization puts together besides `delivery.yaml`: your `resources` (the Deployment among them, the Service only with the strategy `shadow`, no VirtualService or DestinationRule), `config` for a generated ConfigMap, and `replicas` where no autoscaler sets them."
  type = object({
    resources = optional(list(string), ["deployment.yaml"])
    config    = optional(map(string), {})
    replicas  = optional(number)
  })
  default = {}

  validation {
    condition     = alltrue([for key in keys(var.kustomization.config) : !can(regex("(?i)(password|secret|token|private_?key|api_?key)$", key))])
    error_message = "A ConfigMap is no place for secrets: ${join(", ", [for key in keys(var.kustomization.config) : key if can(regex("(?i)(password|secret|token|private_?key|api_?key)$", key))])}. Fetch them with External Secrets or the CSI driver."
  }
}

variable "application" {
  description = "The Argo CD Application: the repository and `path` that hold the output `files`, and the `revision` it deploys, a tag, commit or release branch."
  type = object({
    repository  = string
    path        = string
    revision    = string
    project     = string
    namespace   = optional(string, "argocd")
    server      = optional(string, "https://kubernetes.default.svc")
    auto_sync   = optional(bool, true)
    retry_limit = optional(number, 5)
  })

  validation {
    condition     = !contains(["", "HEAD", "*", "latest"], var.application.revision)
    error_message = "The revision \"${var.application.revision}\" is whatever was pushed last; name a tag, a commit or a release branch."
  }

  validation {
    condition     = var.application.project != "default"
    error_message = "The project \"default\" of Argo CD may deploy everything everywhere; name one that is limited to this service."
  }

  validation {
    condition     = !can(regex("^[a-z+]+://[^/@]*:[^/@]*@", var.application.repository))
    error_message = "The address of the repository holds a password; Argo CD keeps credentials in a Secret of type repository."
  }
}

variable "fail_on" {
  description = "Lowest severity of a finding in what is rendered that stops the plan: `info`, `low`, `medium`, `high` or `critical`."
  type        = string
  default     = "medium"
}
