variable "namespace" {
  description = "Namespace of the monitoring, where every object goes."
  type        = string
  default     = "monitoring"

  validation {
    condition     = can(regex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", var.namespace)) && var.namespace != "default"
    error_message = "A namespace is a DNS label, and not \"default\"; this is \"${var.namespace}\"."
  }
}

variable "cluster" {
  description = "Name of the cluster: a label of every metric, trace and log."
  type        = string
}

variable "environment" {
  description = "Environment, such as `production`: an attribute of every trace and log, and a label of every alert."
  type        = string
}

variable "labels" {
  description = "Labels of every object. `release` is what a Prometheus Operator usually chooses rules by."
  type        = map(string)
  default     = {}
}

variable "slos" {
  description = <<-EOT
    Service level objectives: name to `objective` in percent over `window_days`, the `service` it is for, and two PromQL expressions, `errors` and `total`, in
    events per second; `$window` in them stands for the range, as in `sum(rate(http_requests_total{code=~"5.."}[$window]))`. `labels` go to the alerts.
  EOT
  type = map(object({
    service     = string
    description = string
    objective   = number
    window_days = optional(number, 30)
    errors      = string
    total       = string
    runbook_url = string
    labels      = optional(map(string), {})
  }))
  default = {}

  validation {
    condition     = alltrue([for name in keys(var.slos) : can(regex("^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$", name))])
    error_message = "The name of an SLO is lower case letters, digits and dashes: ${join(", ", [for name in keys(var.slos) : name if !can(regex("^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$", name))])}."
  }

  validation {
    condition     = alltrue([for slo in values(var.slos) : slo.window_days >= 7 && slo.window_days <= 90 && floor(slo.window_days) == slo.window_days])
    error_message = "The window of an SLO is 7 to 90 whole days: ${join(", ", [for name, slo in var.slos : "${name} has ${slo.window_days}" if slo.window_days < 7 || slo.window_days > 90 || floor(slo.window_days) != slo.window_days])}."
  }

  validation {
    condition     = alltrue([for label in flatten([for slo in values(var.slos) : keys(slo.labels)]) : can(regex("^[a-zA-Z_][a-zA-Z0-9_]*$", label))])
    error_message = "A label of Prometheus is letters, digits and underscores: ${join(", ", [for label in flatten([for slo in values(var.slos) : keys(slo.labels)]) : label if !can(regex("^[a-zA-Z_][a-zA-Z0-9_]*$", label))])}."
  }

  # 2% of the budget in an hour is the fastest burn that is alerted on; a ratio of errors above 1 cannot be.
  validation {
    condition     = alltrue([for slo in values(var.slos) : slo.objective < 100 && 0.02 * slo.window_days * 24 * (1 - slo.objective / 100) < 1])
    error_message = "No burn rate alert could ever fire, or any error would be one: ${join("; ", [for name, slo in var.slos : "${name} has an objective of ${slo.objective}%, which has to be below 100% and above ${floor(1000 * (100 - 100 / (0.02 * slo.window_days * 24))) / 1000}%" if !(slo.objective < 100 && 0.02 * slo.window_days * 24 * (1 - slo.objective / 100) < 1)])}."
  }

  validation {
    condition     = alltrue([for slo in values(var.slos) : strcontains(slo.errors, "[$window]") && strcontains(slo.total, "[$window]")])
    error_message = "`errors` and `total` have to have `[$window]` where the range goes: ${join(", ", [for name, slo in var.slos : name if !(strcontains(slo.errors, "[$window]") && strcontains(slo.total, "[$window]"))])}."
  }

  # Prometheus takes descriptions for templates, and refuses a file with one that it cannot read.
  validation {
    condition     = alltrue([for slo in values(var.slos) : !can(regex("\\{\\{|\\}\\}", replace(slo.description, "/\\{\\{(?:[^{]|\\{[^{])*?\\}\\}/", "")))])
    error_message = "A description has {{ without }}, or the other way round: ${join(", ", [for name, slo in var.slos : name if can(regex("\\{\\{|\\}\\}", replace(slo.description, "/\\{\\{(?:[^{]|\\{[^{])*?\\}\\}/", "")))])}."
  }

  validation {
    condition     = alltrue([for slo in values(var.slos) : alltrue([for word in flatten(regexall("(?:\\{\\{-?|\\|)\\s*([A-Za-z_]\\w*)", join(" ", regexall("\\{\\{(?:[^{]|\\{[^{])*?\\}\\}", slo.description)))) : contains(["humanize", "humanize1024", "humanizeDuration", "humanizePercentage", "humanizeTimestamp", "title", "toUpper", "toLower", "printf", "print", "println", "stripPort", "stripDomain", "match", "reReplaceAll", "query", "first", "value", "label", "strvalue", "sortByLabel", "externalURL", "pathPrefix", "parseDuration", "toTime", "args", "safeHtml", "tableLink", "graphLink", "index", "len", "eq", "ne", "lt", "le", "gt", "ge", "and", "or", "not", "if", "else", "end", "range", "with", "urlquery", "html", "js"], word)])])
    error_message = "The templates of Prometheus have no such function: ${join(", ", flatten([for name, slo in var.slos : [for word in flatten(regexall("(?:\\{\\{-?|\\|)\\s*([A-Za-z_]\\w*)", join(" ", regexall("\\{\\{(?:[^{]|\\{[^{])*?\\}\\}", slo.description)))) : "${word} of ${name}" if !contains(["humanize", "humanize1024", "humanizeDuration", "humanizePercentage", "humanizeTimestamp", "title", "toUpper", "toLower", "printf", "print", "println", "stripPort", "stripDomain", "match", "reReplaceAll", "query", "first", "value", "label", "strvalue", "sortByLabel", "externalURL", "pathPrefix", "parseDuration", "toTime", "args", "safeHtml", "tableLink", "graphLink", "index", "len", "eq", "ne", "lt", "le", "gt", "ge", "and", "or", "not", "if", "else", "end", "range", "with", "urlquery", "html", "js"], word)]]))}. Labels are {{ $labels.name }}, the value is {{ $value }}."
  }

  validation {
    condition     = alltrue([for slo in values(var.slos) : startswith(slo.runbook_url, "https://")])
    error_message = "Whoever is woken up needs a runbook, at an https address: ${join(", ", [for name, slo in var.slos : name if !startswith(slo.runbook_url, "https://")])}."
  }
}

variable "collector" {
  description = <<-EOT
    The OpenTelemetry Collector, in two layers: an agent on every node, which sends all spans of a trace to the same gateway, and gateways, which decide about whole
    traces. `traces`, `metrics` and `logs` are where the gateways send them: OTLP over gRPC, Prometheus remote write, and OTLP over HTTP. `ca_file` verifies the first, and
    `credentials_file` has the bearer token for all of them, if they ask for one. `memory_percent` is the share of the container's memory that the collector may use.
  EOT
  type = object({
    traces           = string
    metrics          = string
    logs             = string
    ca_file          = optional(string, "/etc/otel/tls/ca.crt")
    credentials_file = optional(string)
    gateway_service  = optional(string, "otel-gateway-headless")
    memory_percent   = optional(number, 75)
    log_paths        = optional(list(string), ["/var/log/pods/*/*/*.log"])
  })

  validation {
    condition     = startswith(var.collector.metrics, "https://") && startswith(var.collector.logs, "https://") && can(regex("^[^:/]+:[0-9]+$", var.collector.traces))
    error_message = "`traces` is HOST:PORT, `metrics` and `logs` are addresses beginning with https://: telemetry holds what users typed and does not go through the network in the clear."
  }

  validation {
    condition     = !can(regex("://[^/@]*@", join(" ", [var.collector.metrics, var.collector.logs])))
    error_message = "An address of the collector holds credentials; put the token into a file and name it in `credentials_file`."
  }

  validation {
    condition     = var.collector.memory_percent >= 20 && var.collector.memory_percent <= 90
    error_message = "`memory_percent` is between 20 and 90."
  }
}

variable "sampling" {
  description = <<-EOT
    Which traces are kept: all with an error, all slower than `latency_ms`, all whose attribute has one of the values in `always`, and `percent` of the rest. A trace is decided
    about `decision_wait_seconds` after its first span; `traces_per_second` is how many a gateway gets, from which follows how many it has to remember.
  EOT
  type = object({
    latency_ms            = optional(number, 1000)
    percent               = optional(number, 10)
    decision_wait_seconds = optional(number, 10)
    traces_per_second     = optional(number, 1000)
    always                = optional(map(list(string)), {})
  })
  default = {}

  validation {
    condition     = var.sampling.percent >= 0 && var.sampling.percent <= 100 && var.sampling.latency_ms > 0
    error_message = "`percent` is between 0 and 100, and `latency_ms` above 0."
  }

  validation {
    condition     = var.sampling.decision_wait_seconds >= 1 && var.sampling.traces_per_second >= 1
    error_message = "`decision_wait_seconds` and `traces_per_second` are at least 1."
  }
}

variable "receivers" {
  description = <<-EOT
    Who is told: name to any of `slack` (a channel, and the file with the webhook's address), `pagerduty` (the file with the routing key), `email` (an address, and the file with the
    password of the smart host) and `webhook` (an address, and the file with a bearer token). Files are mounted from a Secret: nothing secret is in the configuration.
  EOT
  type = map(object({
    slack     = optional(object({ channel = string, api_url_file = string }))
    pagerduty = optional(object({ routing_key_file = string, severity = optional(string, "{{ .CommonLabels.severity }}") }))
    email     = optional(object({ to = string, from = string, smarthost = string, username = string, password_file = string }))
    webhook   = optional(object({ url = string, credentials_file = optional(string) }))
  }))

  validation {
    condition     = alltrue([for name in keys(var.receivers) : name != "none"])
    error_message = "The receiver \"none\" is made here, for alerts that nobody is told of."
  }

  validation {
    condition     = alltrue([for name, receiver in var.receivers : length([for kind in values(receiver) : kind if kind != null]) > 0])
    error_message = "Receivers that tell nobody: ${join(", ", [for name, receiver in var.receivers : name if length([for kind in values(receiver) : kind if kind != null]) == 0])}."
  }

  validation {
    condition = alltrue([for file in flatten([for receiver in values(var.receivers) : [
      receiver.slack[*].api_url_file, receiver.pagerduty[*].routing_key_file, receiver.email[*].password_file,
      [for hook in receiver.webhook[*] : hook.credentials_file if hook.credentials_file != null],
    ]]) : startswith(file, "/")])
    error_message = "A `…_file` is the absolute path of a file in the container of Alertmanager, not the secret itself."
  }

  validation {
    condition     = alltrue([for receiver in values(var.receivers) : receiver.email == null || can(regex("^[^:\\s]+:[0-9]{1,5}$", receiver.email.smarthost))])
    error_message = "A `smarthost` is a host and a port, such as \"smtp.example.com:587\": ${join(", ", [for name, receiver in var.receivers : name if !(receiver.email == null || can(regex("^[^:\\s]+:[0-9]{1,5}$", receiver.email.smarthost)))])}."
  }

  validation {
    condition     = alltrue([for receiver in values(var.receivers) : receiver.webhook == null || can(regex("^https?://[^/\\s]+", receiver.webhook.url))])
    error_message = "The address of a webhook begins with http:// or https://: ${join(", ", [for name, receiver in var.receivers : name if !(receiver.webhook == null || can(regex("^https?://[^/\\s]+", receiver.webhook.url)))])}."
  }

  validation {
    condition     = alltrue([for receiver in values(var.receivers) : receiver.webhook == null || !can(regex("://[^/@]*@|[?&](token|key|secret|password)=", receiver.webhook.url))])
    error_message = "The address of a webhook holds a secret: ${join(", ", [for name, receiver in var.receivers : name if receiver.webhook != null && can(regex("://[^/@]*@|[?&](token|key|secret|password)=", receiver.webhook.url))])}. Use `credentials_file`."
  }
}

variable "routing" {
  description = <<-EOT
    Who is told of what. `default` gets what no route takes, `page` what has `severity="critical"`, `ticket` what has `severity="warning"`, `heartbeat` (nobody when left out) the
    alert `Watchdog`, which always fires. `routes` come before these, in order: `matchers` such as `team="payments"`, and `continue` for those that others get as well.
  EOT
  type = object({
    default         = string
    page            = string
    ticket          = string
    heartbeat       = optional(string, "none")
    group_wait      = optional(string, "30s")
    group_interval  = optional(string, "5m")
    repeat_interval = optional(string, "4h")
    routes = optional(list(object({
      receiver = string
      matchers = list(string)
      continue = optional(bool, false)
    })), [])
  })

  validation {
    condition = alltrue([for name in concat([var.routing.default, var.routing.page, var.routing.ticket, var.routing.heartbeat], var.routing.routes[*].receiver) :
    name == "none" || contains(keys(var.receivers), name)])
    error_message = "Routes to receivers that do not exist: ${join(", ", distinct([for name in concat([var.routing.default, var.routing.page, var.routing.ticket, var.routing.heartbeat], var.routing.routes[*].receiver) : name if name != "none" && !contains(keys(var.receivers), name)]))}. There are: ${join(", ", keys(var.receivers))}."
  }

  validation {
    condition     = alltrue([for time in [var.routing.group_wait, var.routing.group_interval, var.routing.repeat_interval] : can(regex("^([0-9]+(ms|s|m|h|d|w|y))+$", time))])
    error_message = "`group_wait`, `group_interval` and `repeat_interval` are such as \"30s\", \"5m\" or \"1h30m\": ${join(", ", [for time in [var.routing.group_wait, var.routing.group_interval, var.routing.repeat_interval] : time if !can(regex("^([0-9]+(ms|s|m|h|d|w|y))+$", time))])}."
  }

  validation {
    condition     = !contains([var.routing.default, var.routing.page, var.routing.ticket], "none")
    error_message = "Somebody has to be told: `default`, `page` and `ticket` cannot be \"none\"."
  }

  validation {
    condition     = alltrue([for matcher in flatten(var.routing.routes[*].matchers) : can(regex("^[a-zA-Z_][a-zA-Z0-9_]*\\s*(=|!=|=~|!~)\\s*\"([^\"\\\\]|\\\\.)*\"$", matcher))])
    error_message = "A matcher is a label, =, !=, =~ or !~, and a value in quotes, such as team=\"payments\": ${join(", ", [for matcher in flatten(var.routing.routes[*].matchers) : matcher if !can(regex("^[a-zA-Z_][a-zA-Z0-9_]*\\s*(=|!=|=~|!~)\\s*\"([^\"\\\\]|\\\\.)*\"$", matcher))])}."
  }

  # A value is quoted as in Go: a backslash is written twice.
  validation {
    condition = alltrue([for matcher in flatten(var.routing.routes[*].matchers) : can(regexall(
    replace(try(regex("(?:=~|!~)\\s*\"(.*)\"$", matcher)[0], ""), "\\\\", "\\"), ""))])
    error_message = "Alertmanager refuses a matcher whose value is no regular expression: ${join(", ", [for matcher in flatten(var.routing.routes[*].matchers) : matcher if !can(regexall(replace(try(regex("(?:=~|!~)\\s*\"(.*)\"$", matcher)[0], ""), "\\\\", "\\"), ""))])}."
  }

  validation {
    condition     = alltrue([for route in var.routing.routes : length(route.matchers) > 0])
    error_message = "A route without matchers takes everything, and nobody after it is told; use `default`."
  }
}

variable "dashboards" {
  description = "Dashboards of your own: name of the file, without `.json`, to its content, as Grafana exports it. One on the SLOs is made here."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for text in values(var.dashboards) : can(jsondecode(text))])
    error_message = "Not JSON: ${join(", ", [for name, text in var.dashboards : name if !can(jsondecode(text))])}."
  }

  validation {
    condition     = length(distinct([for name, text in var.dashboards : try(jsondecode(text).uid, name)])) == length(var.dashboards)
    error_message = "Grafana keeps one dashboard of each uid, and these have the same: ${join(", ", [for name, text in var.dashboards : "${name} (${try(jsondecode(text).uid, name)})" if length([for other, it in var.dashboards : other if try(jsondecode(it).uid, other) == try(jsondecode(text).uid, name)]) > 1])}."
  }
}

variable "datasource" {
  description = "UID of the Prometheus data source that the dashboard on the SLOs begins with; it can be changed in the dashboard."
  type        = string
  default     = "prometheus"
}

variable "fail_on" {
  description = "Lowest severity of a finding in what is rendered that stops the plan: `info`, `low`, `medium`, `high` or `critical`."
  type        = string
  default     = "medium"
}
