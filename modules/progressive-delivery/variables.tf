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

  validation {
    condition     = alltrue([for key in keys(var.labels) : can(regex("^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$", key))])
    error_message = "Kubernetes takes no such key of a label: ${join(", ", [for key in keys(var.labels) : key if !can(regex("^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$", key))])}. It is up to 63 letters, digits, - _ and ., with a prefix such as example.com/ if need be."
  }

  validation {
    condition     = alltrue([for value in values(var.labels) : can(regex("^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$", value))])
    error_message = "The value of a label is up to 63 letters, digits, - _ and .: ${join(", ", [for key, value in var.labels : "${key} is \"${value}\"" if !can(regex("^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$", value))])}. A mail address or a sentence belongs into an annotation."
  }
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
    condition     = can(regex("^([A-Za-z0-9][-A-Za-z0-9.]*(:[0-9]+)?/)?[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$", var.image.repository))
    error_message = "\"${var.image.repository}\" is no repository of images: a registry and a path in lower case, such as registry.example.com/shop/checkout; `tag` and `digest` are given apart."
  }

  validation {
    condition     = var.image.tag == null || can(regex("^[A-Za-z0-9_][-A-Za-z0-9_.]{0,127}$", var.image.tag))
    error_message = "A tag is up to 128 letters, digits, - _ and ., not \"${coalesce(var.image.tag, "empty")}\"."
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
    condition     = alltrue([for port in compact([var.service.port, var.service.target_port, var.service.metrics_port]) : port >= 1 && port <= 65535 && floor(port) == tonumber(port)])
    error_message = "Ports are whole numbers between 1 and 65535: ${join(", ", [for port in compact([var.service.port, var.service.target_port, var.service.metrics_port]) : port if !(port >= 1 && port <= 65535 && floor(port) == tonumber(port))])}."
  }

  validation {
    condition     = (length(var.service.hosts) == 0) == (length(var.service.gateways) == 0)
    error_message = "`hosts` and `gateways` belong together: a host needs a gateway that it is reached through, and a gateway a host."
  }

  validation {
    condition     = alltrue([for host in var.service.hosts : host != "*"])
    error_message = "The host \"*\" takes the requests of every other service of the gateway; name the hosts."
  }

  validation {
    condition     = alltrue([for host in var.service.hosts : host == "*" || can(regex("^(\\*\\.)?[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)+$", host))])
    error_message = "A host is a name in lower case, such as checkout.example.com, without https:// and port: ${join(", ", [for host in var.service.hosts : host if !can(regex("^(\\*\\.)?[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)+$", host))])}."
  }

  validation {
    condition     = alltrue([for gateway in var.service.gateways : can(regex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?/[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$", gateway))])
    error_message = "A gateway is named with its namespace, such as \"istio-system/public\"; in another namespace Istio would not find these: ${join(", ", [for gateway in var.service.gateways : gateway if !can(regex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?/[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$", gateway))])}."
  }

  validation {
    condition     = can(regex("^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$", var.service.timeout)) && can(regex("[1-9]", var.service.timeout))
    error_message = "`timeout` is a duration such as \"15s\" or \"500ms\", not \"${var.service.timeout}\"."
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

  validation {
    condition = alltrue([for count in [var.traffic_policy.max_connections, var.traffic_policy.max_pending_requests, var.traffic_policy.max_requests] :
    count >= 1 && floor(count) == count])
    error_message = "`max_connections`, `max_pending_requests` and `max_requests` are whole numbers of at least 1; these are ${var.traffic_policy.max_connections}, ${var.traffic_policy.max_pending_requests} and ${var.traffic_policy.max_requests}."
  }

  validation {
    condition = alltrue([for share in [var.traffic_policy.consecutive_5xx, var.traffic_policy.max_ejection_percent, var.traffic_policy.min_health_percent] :
    floor(share) == share]) && var.traffic_policy.min_health_percent >= 0 && var.traffic_policy.min_health_percent <= 100
    error_message = "`consecutive_5xx`, `max_ejection_percent` and `min_health_percent` are whole numbers, the last from 0 to 100."
  }

  validation {
    condition = alltrue([for time in [var.traffic_policy.interval, var.traffic_policy.base_ejection_time] :
    can(regex("^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$", time)) && can(regex("[1-9]", time))])
    error_message = "`interval` and `base_ejection_time` are durations such as \"30s\"; these are \"${var.traffic_policy.interval}\" and \"${var.traffic_policy.base_ejection_time}\"."
  }

  validation {
    condition     = var.traffic_policy.session_header == null || can(regex("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", var.traffic_policy.session_header))
    error_message = "`session_header` is the name of a header, such as \"x-session-id\"."
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
    condition = alltrue([for count in [
      var.analysis.threshold, var.analysis.iterations, var.analysis.step_weight, var.analysis.max_weight, var.analysis.deadline_seconds,
    ] : floor(count) == count]) && var.analysis.deadline_seconds >= 1
    error_message = "`threshold`, `iterations`, `step_weight`, `max_weight` and `deadline_seconds` are whole numbers, the last at least 1."
  }

  validation {
    condition     = var.analysis.header == null || can(regex("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", var.analysis.header.name)) && try(var.analysis.header.value, "") != ""
    error_message = "`header` has the name of a header, such as \"x-canary\", and a value."
  }

  validation {
    condition     = alltrue([for metric in values(var.analysis.metrics) : metric.min == null || metric.max == null || try(metric.min <= metric.max, true)])
    error_message = "Nothing is both: ${join(", ", [for name, metric in var.analysis.metrics : "${name} is at least ${metric.min} and at most ${metric.max}" if try(metric.min > metric.max, false)])}."
  }

  validation {
    condition = alltrue([for metric in values(var.analysis.metrics) :
      can(regex("^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$", metric.template)) && can(regex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", metric.namespace)) && can(regex("^[1-9][0-9]*(s|m|h)$", metric.interval))
    ])
    error_message = "A metric has the name of a MetricTemplate, its namespace, and an interval such as \"1m\": ${join(", ", [for name, metric in var.analysis.metrics : "${name} (${metric.namespace}/${metric.template}, ${metric.interval})" if !(can(regex("^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$", metric.template)) && can(regex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", metric.namespace)) && can(regex("^[1-9][0-9]*(s|m|h)$", metric.interval)))])}."
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

  validation {
    condition     = alltrue([for hook in values(var.webhooks) : can(regex("^https?://[^/@\\s]+(/\\S*)?$", hook.url))])
    error_message = "The address of a webhook begins with http:// or https:// and holds no credentials: ${join(", ", [for name, hook in var.webhooks : name if !can(regex("^https?://[^/@\\s]+(/\\S*)?$", hook.url))])}."
  }

  validation {
    condition     = alltrue([for hook in values(var.webhooks) : can(regex("^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$", hook.timeout)) && can(regex("[1-9]", hook.timeout))])
    error_message = "The timeout of a webhook is a duration such as \"30s\": ${join(", ", [for name, hook in var.webhooks : "${name} has \"${hook.timeout}\"" if !(can(regex("^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$", hook.timeout)) && can(regex("[1-9]", hook.timeout)))])}."
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

  validation {
    condition     = alltrue([for alert in values(var.alerts) : can(regex("^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$", alert.provider)) && can(regex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", alert.namespace))])
    error_message = "An alert names an AlertProvider and its namespace, both in lower case: ${join(", ", [for name, alert in var.alerts : "${name} (${alert.namespace}/${alert.provider})" if !(can(regex("^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$", alert.provider)) && can(regex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", alert.namespace)))])}."
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

  validation {
    condition     = floor(var.shadow.replicas) == var.shadow.replicas && floor(var.shadow.run_as_user) == var.shadow.run_as_user && startswith(var.shadow.readiness_path, "/") && startswith(var.shadow.liveness_path, "/")
    error_message = "`replicas` and `run_as_user` are whole numbers, and the paths begin with /."
  }

  validation {
    condition     = can(regex("^([0-9]+m|[0-9]+(\\.[0-9]{1,3})?)$", var.shadow.cpu)) && can(regex("^[0-9]+(\\.[0-9]+)?(Ki|Mi|Gi|Ti|k|M|G|T)?$", var.shadow.memory))
    error_message = "`cpu` is such as \"500m\" or \"2\", and `memory` such as \"512Mi\" or \"1Gi\"; these are \"${var.shadow.cpu}\" and \"${var.shadow.memory}\"."
  }

  validation {
    condition     = alltrue([for name in keys(var.shadow.env) : can(regex("^[A-Za-z_][A-Za-z0-9_]*$", name))])
    error_message = "The name of an environment variable is letters, digits and underscores: ${join(", ", [for name in keys(var.shadow.env) : name if !can(regex("^[A-Za-z_][A-Za-z0-9_]*$", name))])}."
  }

  # Secrets by the name of their variable are found by the pack `kubernetes` in what is rendered.
  validation {
    condition     = alltrue([for value in values(var.shadow.env) : !can(regex("://[^/@\\s]*:[^/@\\s]+@", value))])
    error_message = "An address in `env` holds a password, for everybody who may read the Deployment: ${join(", ", [for name, value in var.shadow.env : name if can(regex("://[^/@\\s]*:[^/@\\s]+@", value))])}. Put it into a Secret and name it in `secrets`."
  }

  validation {
    condition     = alltrue([for name in concat(var.shadow.config_maps, var.shadow.secrets) : can(regex("^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$", name))])
    error_message = "Not the name of a ConfigMap or Secret: ${join(", ", [for name in concat(var.shadow.config_maps, var.shadow.secrets) : "\"${name}\"" if !can(regex("^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$", name))])}."
  }
}
