# What checkout has to bear: a pod that fails, a slow database, and memory that runs short. Everything is rendered and held
# against the limits while Terraform plans; no cluster is needed.
#
#   terraform apply
#   terraform output -raw yaml | kubectl apply --filename -
#   terraform apply -var paused=true      and applied again: stops everything

terraform {
  required_version = ">= 1.9.0"

  required_providers {
    parapet = {
      source  = "parapet-io/parapet"
      version = ">= 0.1.0"
    }
  }
}

variable "paused" {
  description = "Stops every experiment."
  type        = bool
  default     = false
}

module "chaos" {
  source = "../../modules/chaos"

  allowed_namespaces = ["shop-checkout", "shop-catalog"]
  labels             = { team = "shop" }
  paused             = var.paused

  limits = { max_percent = 30, max_seconds = 300 }

  experiments = {
    checkout-pod-failure = {
      kind          = "PodChaos"
      action        = "pod-failure"
      namespace     = "shop-checkout"
      labels        = { "app.kubernetes.io/name" = "checkout-primary" }
      mode          = "random-max-percent"
      value         = 30
      duration      = "60s"
      every_minutes = 60
    }

    catalog-is-slow = {
      kind      = "NetworkChaos"
      action    = "delay"
      namespace = "shop-checkout"
      labels    = { "app.kubernetes.io/name" = "checkout-primary" }
      mode      = "fixed-percent"
      value     = 25
      duration  = "5m"
      network = {
        latency     = "200ms"
        jitter      = "50ms"
        correlation = 25
        to          = { namespace = "shop-catalog", labels = { "app.kubernetes.io/name" = "catalog-primary" } }
      }
    }

    checkout-memory = {
      kind      = "StressChaos"
      namespace = "shop-checkout"
      labels    = { "app.kubernetes.io/name" = "checkout-primary" }
      duration  = "3m"
      stress    = { memory_workers = 1, memory_size = "256MiB" }
    }
  }
}

output "yaml" {
  description = "What goes to the cluster."
  value       = module.chaos.yaml
}
