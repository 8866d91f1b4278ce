# What goes into the clusters: rendered and judged while Terraform plans, and applied by Argo CD from the repository that
# `terraform output` writes it to.

module "delivery" {
  source    = "../../modules/progressive-delivery"
  providers = { parapet = parapet.primary }

  name      = "checkout"
  namespace = "shop"
  image     = { repository = "registry.example.com/shop/checkout", tag = var.image_tag }

  service = {
    target_port  = 8443
    metrics_port = 9090
    hosts        = ["checkout.example.com"]
    gateways     = ["istio-system/public"]
  }

  analysis = {
    min_success_rate = 99.5
    max_duration_ms  = 400
  }

  network = {
    to_cidrs = {
      database = { cidr = module.primary_region.vpc_cidr_block, ports = [5432, 6379] }
      standby  = { cidr = module.dr_region.vpc_cidr_block, ports = [5432, 6379] }
    }
  }

  application = {
    repository = "https://git.example.com/shop/deploy"
    path       = "${var.environment}/checkout"
    revision   = "v1"
    project    = "shop"
  }
}

module "observability" {
  source    = "../../modules/observability"
  providers = { parapet = parapet.primary }

  cluster     = "${var.project_name}-${var.environment}"
  environment = var.environment

  collector = {
    traces  = "tempo.example.com:4317"
    metrics = "https://prometheus.example.com/api/v1/write"
    logs    = "https://loki.example.com/otlp"
  }

  receivers = {
    on-call = { pagerduty = { routing_key_file = "/etc/alertmanager/secrets/pagerduty" } }
  }
  routing = { default = "on-call", page = "on-call", ticket = "on-call" }

  slos = {
    checkout-availability = {
      service     = "checkout"
      description = "Requests are answered"
      objective   = 99.9
      errors      = "sum(rate(istio_requests_total{destination_service_name=\"checkout\",response_code=~\"5..\"}[$window]))"
      total       = "sum(rate(istio_requests_total{destination_service_name=\"checkout\"}[$window]))"
      runbook_url = "https://runbooks.example.com/checkout"
    }
  }
}
