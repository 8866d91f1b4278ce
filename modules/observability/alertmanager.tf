# Who is told, once, and of what matters most. Secrets are files.

locals {
  alertmanager = {
    global = { resolve_timeout = "5m" }

    route = {
      receiver        = var.routing.default
      group_by        = ["alertname", "cluster", "service", "slo"]
      group_wait      = var.routing.group_wait
      group_interval  = var.routing.group_interval
      repeat_interval = var.routing.repeat_interval
      routes = concat(
        [{ receiver = var.routing.heartbeat, matchers = ["alertname=\"Watchdog\""], group_wait = "0s", group_interval = "1m", repeat_interval = "5m", continue = false }],
        [for route in var.routing.routes : { receiver = route.receiver, matchers = route.matchers, continue = route.continue }],
        [
          { receiver = var.routing.page, matchers = ["severity=\"critical\""], continue = false },
          { receiver = var.routing.ticket, matchers = ["severity=\"warning\""], repeat_interval = "12h", continue = false },
        ],
      )
    }

    inhibit_rules = [
      # Labels that neither alert has count as equal: without the last matcher every critical alert would silence every warning without a service.
      {
        source_matchers = ["severity=\"critical\"", "service=~\".+\""]
        target_matchers = ["severity=\"warning\"", "service=~\".+\""]
        equal           = ["cluster", "service", "slo"]
      },
      # While a whole cluster is unreachable, its services are.
      {
        source_matchers = ["alertname=\"ClusterUnreachable\"", "cluster=~\".+\""]
        target_matchers = ["alertname!=\"ClusterUnreachable\"", "cluster=~\".+\""]
        equal           = ["cluster"]
      },
    ]

    receivers = concat([for name in ["none"] : { name = name } if contains(local.routed, name)], local.receivers)
  }

  routed = concat([var.routing.heartbeat], var.routing.routes[*].receiver)

  receivers = [
    for name, receiver in var.receivers : merge(
      { name = name },
      receiver.slack == null ? null : { slack_configs = [{
        channel       = receiver.slack.channel
        api_url_file  = receiver.slack.api_url_file
        send_resolved = true
        title         = "{{ .Status | toUpper }} {{ .CommonLabels.alertname }}: {{ .CommonAnnotations.summary }}"
        text          = "{{ range .Alerts }}{{ .Annotations.description }}\n{{ end }}"
        actions       = [{ type = "button", text = "Runbook", url = "{{ .CommonAnnotations.runbook_url }}" }]
      }] },
      receiver.pagerduty == null ? null : { pagerduty_configs = [{
        routing_key_file = receiver.pagerduty.routing_key_file
        severity         = receiver.pagerduty.severity
        description      = "{{ .CommonLabels.alertname }}: {{ .CommonAnnotations.summary }}"
        links            = [{ href = "{{ .CommonAnnotations.runbook_url }}", text = "Runbook" }]
      }] },
      receiver.email == null ? null : { email_configs = [{
        to                 = receiver.email.to
        from               = receiver.email.from
        smarthost          = receiver.email.smarthost
        auth_username      = receiver.email.username
        auth_password_file = receiver.email.password_file
        require_tls        = true
      }] },
      receiver.webhook == null ? null : { webhook_configs = [merge(
        { url = receiver.webhook.url, send_resolved = true },
        receiver.webhook.credentials_file == null ? null : {
          http_config = { authorization = { type = "Bearer", credentials_file = receiver.webhook.credentials_file } }
        },
      )] },
    )
  ]
}
