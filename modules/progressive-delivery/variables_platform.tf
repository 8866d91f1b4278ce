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

  validation {
    condition = alltrue([for port in concat(flatten(values(var.network.to_namespaces)[*].ports), flatten(values(var.network.to_cidrs)[*].ports)) :
    port >= 1 && port <= 65535 && floor(port) == port])
    error_message = "Ports are whole numbers between 1 and 65535: ${join(", ", [for port in concat(flatten(values(var.network.to_namespaces)[*].ports), flatten(values(var.network.to_cidrs)[*].ports)) : port if !(port >= 1 && port <= 65535 && floor(port) == port)])}."
  }

  validation {
    condition = alltrue([for namespace in concat(var.network.from_namespaces, values(var.network.to_namespaces)[*].namespace, [
      var.network.gateway_namespace, var.network.mesh_namespace, var.network.flagger_namespace, var.network.monitoring_namespace,
    ]) : can(regex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", namespace))])
    error_message = "A namespace is a DNS label; a rule that names another lets nobody through."
  }

  validation {
    condition     = alltrue([for peer in values(var.network.to_cidrs) : !endswith(peer.cidr, "/0") || length(peer.except) > 0])
    error_message = "The whole internet, and every pod and node besides: ${join(", ", [for name, peer in var.network.to_cidrs : name if endswith(peer.cidr, "/0") && length(peer.except) == 0])}. Name the networks, or leave out the private ones with `except`."
  }

  # A hole is a smaller network within the one that it is cut out of.
  validation {
    condition = alltrue([for peer in values(var.network.to_cidrs) : alltrue([for hole in peer.except : try(
      tonumber(split("/", hole)[1]) > tonumber(split("/", peer.cidr)[1])
      && cidrhost("${split("/", hole)[0]}/${split("/", peer.cidr)[1]}", 0) == cidrhost(peer.cidr, 0),
    true)])])
    error_message = "`except` is a smaller network within the `cidr`; Kubernetes takes no other."
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

  validation {
    condition     = var.mesh_revision == null || can(regex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", var.mesh_revision))
    error_message = "A revision of the mesh is a DNS label, such as \"1-24-2\"."
  }
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

  validation {
    condition     = alltrue([for key, value in var.kustomization.config : can(regex("^[-._A-Za-z0-9]{1,253}$", key)) && !can(regex("://[^/@\\s]*:[^/@\\s]+@", value))])
    error_message = "Keys of a ConfigMap are letters, digits, - _ and ., and an address in it holds no password: ${join(", ", [for key, value in var.kustomization.config : key if !can(regex("^[-._A-Za-z0-9]{1,253}$", key)) || can(regex("://[^/@\\s]*:[^/@\\s]+@", value))])}."
  }

  validation {
    condition     = var.kustomization.replicas == null || try(var.kustomization.replicas >= 1 && floor(var.kustomization.replicas) == var.kustomization.replicas, false)
    error_message = "`replicas` is a whole number of at least 1; leave it out where an autoscaler sets it."
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

  validation {
    condition     = !startswith(var.application.path, "/") && !contains(split("/", var.application.path), "..") && var.application.path != ""
    error_message = "`path` is below the root of the repository, such as \"production/checkout\", not \"${var.application.path}\"."
  }

  validation {
    condition     = can(regex("^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$", var.application.project)) && can(regex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", var.application.namespace))
    error_message = "`project` and `namespace` are names of Kubernetes, in lower case; these are \"${var.application.project}\" and \"${var.application.namespace}\"."
  }

  validation {
    condition     = startswith(var.application.server, "https://") && floor(var.application.retry_limit) == var.application.retry_limit
    error_message = "`server` is the address of the cluster's API, beginning with https://, and `retry_limit` a whole number."
  }
}

variable "fail_on" {
  description = "Lowest severity of a finding in what is rendered that stops the plan: `info`, `low`, `medium`, `high` or `critical`."
  type        = string
  default     = "medium"

  validation {
    condition     = contains(["info", "low", "medium", "high", "critical"], var.fail_on)
    error_message = "`fail_on` is info, low, medium, high or critical, not \"${var.fail_on}\"."
  }
}
