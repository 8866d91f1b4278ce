# A service that is rolled out by canary, one that is switched blue to green, and one that is tried out in the shadow.
# Everything is rendered and judged while Terraform plans; no cluster is needed.
#
#   terraform apply
#   terraform output -json yaml | jq -r '.checkout' | kubectl apply --filename -

terraform {
  required_version = ">= 1.9.0"

  required_providers {
    parapet = {
      source  = "parapet-io/parapet"
      version = ">= 0.1.0"
    }
  }
}

locals {
  services = {
    checkout = {
      strategy = "canary"
      image    = { repository = "registry.example.com/shop/checkout", digest = "sha256:${sha256("checkout 4.2.0")}" }
      hosts    = ["checkout.shop.example.com"]
      analysis = {
        step_weight = 10
        max_weight  = 50
        header      = { name = "x-version", value = "canary" }
        metrics = {
          error-rate = { template = "error-rate", namespace = "flagger-system", max = 1 }
        }
      }
    }
    catalog = {
      strategy = "blue_green"
      image    = { repository = "registry.example.com/shop/catalog", tag = "2.11.3" }
      hosts    = ["catalog.shop.example.com"]
      analysis = { iterations = 10, max_duration_ms = 300 }
    }
    search = {
      strategy = "shadow"
      image    = { repository = "registry.example.com/shop/search", tag = "3.0.0-rc.1" }
      hosts    = []
      analysis = {}
    }
  }
}

module "delivery" {
  source   = "../../modules/progressive-delivery"
  for_each = local.services

  name      = each.key
  namespace = "shop-${each.key}"
  labels    = { team = "shop" }
  strategy  = each.value.strategy
  image     = each.value.image
  analysis  = each.value.analysis

  service = {
    target_port  = 8000
    metrics_port = 9090
    hosts        = each.value.hosts
    gateways     = [for host in each.value.hosts : "istio-system/public"]
  }

  traffic_policy = { session_header = "x-session-id" }

  webhooks = {
    acceptance = {
      type     = "pre-rollout"
      url      = "http://flagger-loadtester.flagger-system/"
      metadata = { type = "bash", cmd = "curl --silent --fail http://${each.key}-canary.shop-${each.key}/ready" }
    }
    load = {
      url      = "http://flagger-loadtester.flagger-system/"
      timeout  = "5s"
      metadata = { cmd = "hey -z 1m -q 10 -c 2 http://${each.key}-canary.shop-${each.key}/" }
    }
  }

  alerts = {
    on-call = { provider = "on-call", namespace = "flagger-system", severity = "error" }
  }

  network = {
    to_namespaces = {
      database = { namespace = "databases", ports = [5432] }
      cache    = { namespace = "redis", ports = [6379] }
    }
    to_cidrs = {
      partners = { cidr = "203.0.113.0/24", ports = [443] }
    }
  }

  kustomization = {
    resources = concat(
      ["deployment.yaml", "autoscaler.yaml", "disruption-budget.yaml"],
      each.value.strategy == "shadow" ? ["service.yaml"] : [], # Flagger makes it for the others.
    )
    config = { log_level = "info", workers = "4" }
  }

  application = {
    repository = "https://git.example.com/shop/deploy"
    path       = "production/${each.key}"
    revision   = "release-2026.11"
    project    = "shop"
  }
}

output "yaml" {
  description = "Service to what goes to the cluster."
  value       = { for name, delivery in module.delivery : name => delivery.yaml }
}

output "files" {
  description = "Service to the files for the repository of the deployments."
  value       = { for name, delivery in module.delivery : name => delivery.files }
}
