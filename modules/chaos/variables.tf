variable "namespace" {
  description = "Namespace of the experiments themselves. Whoever may create objects in it may disturb what is in `allowed_namespaces`."
  type        = string
  default     = "chaos-testing"

  validation {
    condition     = can(regex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", var.namespace)) && var.namespace != "default"
    error_message = "A namespace is a DNS label, and not \"default\"; this is \"${var.namespace}\"."
  }
}

variable "allowed_namespaces" {
  description = "The only namespaces in which something may be disturbed."
  type        = set(string)

  validation {
    condition     = length(setintersection(var.allowed_namespaces, ["kube-system", "kube-public", "kube-node-lease", "istio-system", "flux-system", "argocd", "cert-manager", "chaos-mesh"])) == 0
    error_message = "The cluster itself is not disturbed: ${join(", ", setintersection(var.allowed_namespaces, ["kube-system", "kube-public", "kube-node-lease", "istio-system", "flux-system", "argocd", "cert-manager", "chaos-mesh"]))}."
  }

  validation {
    condition     = alltrue([for name in var.allowed_namespaces : can(regex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", name))])
    error_message = "Not the name of a namespace: ${join(", ", [for name in var.allowed_namespaces : name if !can(regex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", name))])}. Patterns are not names."
  }
}

variable "limits" {
  description = "How far an experiment may reach: `max_percent` of the pods it selects, `max_pods` of them where it counts, `max_seconds` at a time, and at most every `min_interval_minutes` where it repeats."
  type = object({
    max_percent          = optional(number, 30)
    max_pods             = optional(number, 3)
    max_seconds          = optional(number, 300)
    min_interval_minutes = optional(number, 10)
  })
  default = {}

  validation {
    condition     = var.limits.max_percent >= 1 && var.limits.max_percent <= 50
    error_message = "`max_percent` is between 1 and 50: with more, a service is not disturbed but down."
  }

  validation {
    condition     = var.limits.max_pods >= 1 && var.limits.max_seconds >= 1 && var.limits.max_seconds <= 3600 && var.limits.min_interval_minutes >= 1
    error_message = "`max_pods` and `min_interval_minutes` are at least 1, and `max_seconds` is between 1 and 3600."
  }
}

variable "paused" {
  description = "Stops every experiment at once, and starts no other."
  type        = bool
  default     = false
}

variable "labels" {
  description = "Labels of every object, such as the team."
  type        = map(string)
  default     = {}
}

variable "experiments" {
  description = <<-EOT
    What is disturbed: name to `kind` (`PodChaos`, `NetworkChaos`, `StressChaos`), the `namespace` and the `labels` of the pods, and for how long. `mode` is `one`, `fixed` (a number
    of pods), `fixed-percent` or `random-max-percent`, with `value`. `every_minutes` repeats it. `action` is `pod-failure`, `pod-kill` or `container-kill` (with `containers`) for PodChaos, and
    `delay`, `loss`, `duplicate`, `corrupt`, `bandwidth` or `partition` for NetworkChaos. `network` and `stress` say how much; `to` limits NetworkChaos to the traffic with
    other pods.
  EOT
  type = map(object({
    kind          = string
    namespace     = string
    labels        = map(string)
    duration      = optional(string, "60s")
    mode          = optional(string, "one")
    value         = optional(number)
    every_minutes = optional(number)
    action        = optional(string)
    containers    = optional(list(string), [])
    network = optional(object({
      direction   = optional(string, "to")
      latency     = optional(string)
      jitter      = optional(string, "0ms")
      percent     = optional(number)
      correlation = optional(number, 0)
      rate        = optional(string)
      to          = optional(object({ namespace = string, labels = map(string) }))
    }))
    stress = optional(object({
      cpu_workers    = optional(number)
      cpu_load       = optional(number)
      memory_workers = optional(number)
      memory_size    = optional(string)
    }))
  }))

  validation {
    condition     = alltrue([for name in keys(var.experiments) : can(regex("^[a-z0-9]([-a-z0-9]{0,51}[a-z0-9])?$", name))])
    error_message = "The name of an experiment is lower case letters, digits and dashes, at most 53: ${join(", ", [for name in keys(var.experiments) : name if !can(regex("^[a-z0-9]([-a-z0-9]{0,51}[a-z0-9])?$", name))])}."
  }

  validation {
    condition     = alltrue([for it in values(var.experiments) : contains(["PodChaos", "NetworkChaos", "StressChaos"], it.kind)])
    error_message = "The kind of an experiment is PodChaos, NetworkChaos or StressChaos: ${join(", ", [for name, it in var.experiments : "${name} is ${it.kind}" if !contains(["PodChaos", "NetworkChaos", "StressChaos"], it.kind)])}."
  }

  validation {
    condition     = alltrue([for it in values(var.experiments) : contains(var.allowed_namespaces, it.namespace)])
    error_message = "Outside the allowed namespaces (${join(", ", var.allowed_namespaces)}): ${join(", ", [for name, it in var.experiments : "${name} is for ${it.namespace}" if !contains(var.allowed_namespaces, it.namespace)])}."
  }

  validation {
    condition     = alltrue([for it in values(var.experiments) : it.network == null || try(it.network.to, null) == null || contains(var.allowed_namespaces, try(it.network.to.namespace, ""))])
    error_message = "Traffic with pods outside the allowed namespaces (${join(", ", var.allowed_namespaces)}): ${join(", ", [for name, it in var.experiments : name if !(it.network == null || try(it.network.to, null) == null || contains(var.allowed_namespaces, try(it.network.to.namespace, "")))])}."
  }

  validation {
    condition     = alltrue([for it in values(var.experiments) : length(it.labels) > 0])
    error_message = "Without labels everything in the namespace is disturbed: ${join(", ", [for name, it in var.experiments : name if length(it.labels) == 0])}."
  }

  validation {
    condition     = alltrue([for it in values(var.experiments) : contains(["one", "fixed", "fixed-percent", "random-max-percent"], it.mode)])
    error_message = "The mode of an experiment is one, fixed, fixed-percent or random-max-percent: ${join(", ", [for name, it in var.experiments : "${name} has ${it.mode}" if !contains(["one", "fixed", "fixed-percent", "random-max-percent"], it.mode)])}."
  }

  validation {
    condition     = alltrue([for it in values(var.experiments) : (it.mode == "one") == (it.value == null)])
    error_message = "A `value` belongs to every mode but \"one\": ${join(", ", [for name, it in var.experiments : name if(it.mode == "one") != (it.value == null)])}."
  }

  validation {
    condition     = alltrue([for it in values(var.experiments) : can(regex("^[1-9][0-9]*(s|m)$", it.duration))])
    error_message = "A duration is a number with s or m, such as \"60s\" or \"5m\": ${join(", ", [for name, it in var.experiments : "${name} has ${it.duration}" if !can(regex("^[1-9][0-9]*(s|m)$", it.duration))])}."
  }

  validation {
    condition = alltrue([for it in values(var.experiments) : contains({
      PodChaos     = ["pod-failure", "pod-kill", "container-kill"]
      NetworkChaos = ["delay", "loss", "duplicate", "corrupt", "bandwidth", "partition"]
      StressChaos  = ["none"]
    }[it.kind], coalesce(it.action, "none")) if contains(["PodChaos", "NetworkChaos", "StressChaos"], it.kind)])
    error_message = "PodChaos has the actions pod-failure, pod-kill and container-kill, NetworkChaos delay, loss, duplicate, corrupt, bandwidth and partition, and StressChaos none; please correct: ${join(", ", [for name, it in var.experiments : "${name} (${it.kind} with ${coalesce(it.action, "none")})" if !contains(lookup({
      PodChaos     = ["pod-failure", "pod-kill", "container-kill"]
      NetworkChaos = ["delay", "loss", "duplicate", "corrupt", "bandwidth", "partition"]
      StressChaos  = ["none"]
    }, it.kind, []), coalesce(it.action, "none"))])}."
  }

  validation {
    condition     = alltrue([for it in values(var.experiments) : (length(it.containers) > 0) == (coalesce(it.action, "none") == "container-kill")])
    error_message = "`containers` belongs to the action container-kill, and to no other: ${join(", ", [for name, it in var.experiments : name if(length(it.containers) > 0) != (coalesce(it.action, "none") == "container-kill")])}."
  }

  validation {
    condition = alltrue([for it in values(var.experiments) : it.kind != "NetworkChaos" || try({
      delay     = it.network.latency != null
      loss      = it.network.percent != null
      duplicate = it.network.percent != null
      corrupt   = it.network.percent != null
      bandwidth = it.network.rate != null
      partition = it.network.to != null
    }[it.action], false)])
    error_message = "`network` has to say how much: `latency` for delay, `percent` for loss, duplicate and corrupt, `rate` for bandwidth, `to` for partition: ${join(", ", [for name, it in var.experiments : name if it.kind == "NetworkChaos" && !try({
      delay     = it.network.latency != null
      loss      = it.network.percent != null
      duplicate = it.network.percent != null
      corrupt   = it.network.percent != null
      bandwidth = it.network.rate != null
      partition = it.network.to != null
    }[it.action], false)])}."
  }

  validation {
    condition     = alltrue([for it in values(var.experiments) : it.kind != "StressChaos" || try(it.stress.cpu_workers != null || (it.stress.memory_workers != null && it.stress.memory_size != null), false)])
    error_message = "`stress` has to say how much, with `cpu_workers`, or `memory_workers` and `memory_size`: ${join(", ", [for name, it in var.experiments : name if it.kind == "StressChaos" && !try(it.stress.cpu_workers != null || (it.stress.memory_workers != null && it.stress.memory_size != null), false)])}."
  }

  validation {
    condition     = alltrue([for it in values(var.experiments) : try(length(it.network.to.labels) > 0, true)])
    error_message = "Without labels the traffic with everything in the namespace is disturbed: ${join(", ", [for name, it in var.experiments : name if !try(length(it.network.to.labels) > 0, true)])}."
  }

  validation {
    condition     = alltrue([for it in values(var.experiments) : contains(["to", "from", "both"], try(it.network.direction, "to")) && (try(it.network.direction, "to") == "to" || try(it.network.to, null) != null)])
    error_message = "The direction is to, from or both, and from and both need `to`: ${join(", ", [for name, it in var.experiments : name if !(contains(["to", "from", "both"], try(it.network.direction, "to")) && (try(it.network.direction, "to") == "to" || try(it.network.to, null) != null))])}."
  }

  validation {
    condition     = alltrue([for it in values(var.experiments) : try(it.network.percent > 0 && it.network.percent <= 100, true) && try(it.network.correlation >= 0 && it.network.correlation <= 100, true)])
    error_message = "`percent` is above 0 and at most 100, `correlation` between 0 and 100: ${join(", ", [for name, it in var.experiments : name if !(try(it.network.percent > 0 && it.network.percent <= 100, true) && try(it.network.correlation >= 0 && it.network.correlation <= 100, true))])}."
  }

  validation {
    condition     = alltrue([for it in values(var.experiments) : can(regex("^[0-9]+(us|ms|s)$", try(coalesce(it.network.latency, "0ms"), "0ms"))) && can(regex("^[0-9]+(us|ms|s)$", try(it.network.jitter, "0ms"))) && can(regex("^[1-9][0-9]*(bps|kbps|mbps|gbps)$", try(coalesce(it.network.rate, "1bps"), "1bps")))])
    error_message = "`latency` and `jitter` are such as \"200ms\", `rate` such as \"1mbps\": ${join(", ", [for name, it in var.experiments : name if !(can(regex("^[0-9]+(us|ms|s)$", try(coalesce(it.network.latency, "0ms"), "0ms"))) && can(regex("^[0-9]+(us|ms|s)$", try(it.network.jitter, "0ms"))) && can(regex("^[1-9][0-9]*(bps|kbps|mbps|gbps)$", try(coalesce(it.network.rate, "1bps"), "1bps"))))])}."
  }

  validation {
    condition = alltrue([for it in values(var.experiments) : it.stress == null ? true : (
      try(it.stress.cpu_workers >= 1 && it.stress.cpu_workers <= 64 && floor(it.stress.cpu_workers) == it.stress.cpu_workers, true)
      && try(it.stress.cpu_load >= 1 && it.stress.cpu_load <= 100, true)
      && try(it.stress.memory_workers >= 1 && it.stress.memory_workers <= 8 && floor(it.stress.memory_workers) == it.stress.memory_workers, true)
      && can(regex("^([1-9][0-9]*(B|[KMGT]i?B)|[1-9][0-9]?%)$", coalesce(it.stress.memory_size, "1MB")))
    )])
    error_message = "`cpu_workers` is a whole number from 1 to 64, `cpu_load` from 1 to 100, `memory_workers` from 1 to 8, and `memory_size` such as \"256MiB\" or \"25%\"."
  }

  validation {
    condition     = alltrue([for it in values(var.experiments) : try(floor(it.value) == it.value, true)])
    error_message = "A `value` is a whole number: ${join(", ", [for name, it in var.experiments : name if !try(floor(it.value) == it.value, true)])}."
  }
}
