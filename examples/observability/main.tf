# Collectors, SLOs, alert routes and dashboards of one cluster. Everything is rendered and judged while Terraform plans;
# no cluster is needed.
#
#   terraform apply
#   terraform output -raw yaml | kubectl apply --filename -

terraform {
  required_version = ">= 1.9.0"

  required_providers {
    parapet = {
      source  = "parapet-io/parapet"
      version = ">= 0.1.0"
    }
  }
}

module "observability" {
  source = "../../modules/observability"

  cluster     = "shop-eu-west-1"
  environment = "production"
  labels      = { release = "kube-prometheus" }

  slos = {
    checkout-availability = {
      service     = "checkout"
      description = "Requests to checkout are answered without an error"
      objective   = 99.9
      errors      = "sum(rate(istio_requests_total{reporter=\"destination\", destination_canonical_service=~\"checkout(-primary)?\", response_code=~\"5..\"}[$window]))"
      total       = "sum(rate(istio_requests_total{reporter=\"destination\", destination_canonical_service=~\"checkout(-primary)?\"}[$window]))"
      runbook_url = "https://runbooks.example.com/checkout/errors"
      labels      = { team = "payments" }
    }
    checkout-latency = {
      service     = "checkout"
      description = "Requests to checkout are answered within 500 ms"
      objective   = 99
      window_days = 28
      # Those that took longer: all of them less those within half a second.
      errors      = "sum(rate(istio_request_duration_milliseconds_count{destination_canonical_service=~\"checkout(-primary)?\"}[$window])) - sum(rate(istio_request_duration_milliseconds_bucket{destination_canonical_service=~\"checkout(-primary)?\", le=\"500\"}[$window]))"
      total       = "sum(rate(istio_request_duration_milliseconds_count{destination_canonical_service=~\"checkout(-primary)?\"}[$window]))"
      runbook_url = "https://runbooks.example.com/checkout/latency"
      labels      = { team = "payments" }
    }
  }

  collector = {
    traces           = "tempo.example.com:4317"
    metrics          = "https://prometheus.example.com/api/v1/write"
    logs             = "https://loki.example.com/otlp"
    credentials_file = "/etc/otel/token/token"
  }

  sampling = {
    percent           = 5
    traces_per_second = 2000
    always            = { "http.route" = ["/checkout", "/refund"] }
  }

  receivers = {
    on-call  = { pagerduty = { routing_key_file = "/etc/alertmanager/secrets/pagerduty" } }
    platform = { slack = { channel = "#platform", api_url_file = "/etc/alertmanager/secrets/slack" } }
    payments = {
      slack = { channel = "#payments", api_url_file = "/etc/alertmanager/secrets/slack" }
      email = {
        to            = "payments@example.com"
        from          = "alerts@example.com"
        smarthost     = "smtp.example.com:587"
        username      = "alerts"
        password_file = "/etc/alertmanager/secrets/smtp"
      }
    }
    watchdog = { webhook = { url = "https://watchdog.example.com/ping", credentials_file = "/etc/alertmanager/secrets/watchdog" } }
  }

  routing = {
    default   = "platform"
    page      = "on-call"
    ticket    = "platform"
    heartbeat = "watchdog"
    routes    = [{ receiver = "payments", matchers = ["team=\"payments\""], continue = true }]
  }

  dashboards = { checkout = file("${path.module}/checkout.json") }
  fail_on    = "low"
}

output "yaml" {
  description = "What goes to the cluster."
  value       = module.observability.yaml
}

output "rules" {
  description = "Rules as a file of Prometheus."
  value       = module.observability.rules
}

output "alertmanager" {
  description = "Configuration of Alertmanager."
  value       = module.observability.alertmanager
}

output "collectors" {
  description = "Configuration of the collectors."
  value       = module.observability.collectors
}

output "dashboards" {
  description = "Dashboards: name of the file to its content."
  value       = module.observability.dashboards
}
