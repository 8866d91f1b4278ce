# A gate in front of two endpoints of an accelerator, with everything that the tests turn.

terraform {
  required_providers {
    parapet = {
      source = "parapet-io/parapet"
    }
  }
}

variable "endpoint" {
  type = string
}

variable "url" {
  type = string
}

variable "service" {
  type = string
}

variable "release_id" {
  type    = string
  default = "v1"
}

variable "strategy" {
  type    = string
  default = "canary"
}

variable "steps" {
  type    = list(object({ weight = number, min_duration = string }))
  default = [{ weight = 5, min_duration = "2s" }, { weight = 50, min_duration = "2s" }, { weight = 100, min_duration = "0s" }]
}

variable "window" {
  type    = string
  default = "1s"
}

variable "max_duration" {
  type    = string
  default = "40s"
}

variable "on_no_data" {
  type    = string
  default = "rollback"
}

variable "on_inconclusive" {
  type    = string
  default = "extend"
}

variable "rollback_on_failure" {
  type    = bool
  default = true
}

variable "history" {
  type    = string
  default = null
}

variable "headers" {
  type    = map(string)
  default = null
}

variable "bearer_token" {
  type      = string
  default   = null
  sensitive = true
}

variable "pushgateway_url" {
  type    = string
  default = null
}

variable "probe_url" {
  type    = string
  default = null
}

variable "stable" {
  type    = string
  default = "eipalloc-0000000000000000a"
}

variable "canary" {
  type    = string
  default = "eipalloc-0000000000000000b"
}

provider "parapet" {
  region      = "eu-west-1"
  access_key  = "test"
  secret_key  = "test"
  max_retries = 3

  policy {
    packs = []
  }

  endpoints {
    cloudwatch        = var.endpoint
    elbv2             = var.endpoint
    globalaccelerator = var.endpoint
    sts               = var.endpoint
  }
}

resource "parapet_global_accelerator" "this" {
  name = "shop"

  listener {
    port_range {
      from_port = 443
      to_port   = 443
    }

    endpoint_group {
      region = "eu-west-1"

      endpoint {
        endpoint_id = "eipalloc-0000000000000000a"
      }

      endpoint {
        endpoint_id = "eipalloc-0000000000000000b"
      }
    }
  }
}

resource "parapet_rollout_gate" "this" {
  name       = "shop"
  release_id = var.release_id
  strategy   = var.strategy

  dynamic "step" {
    for_each = var.steps

    content {
      weight       = step.value.weight
      min_duration = step.value.min_duration
      min_requests = 10
    }
  }

  dynamic "prometheus" {
    for_each = var.url == "" ? [] : [var.url]

    content {
      url          = prometheus.value
      headers      = var.headers
      bearer_token = var.bearer_token
    }
  }

  canary_matchers   = "service=\"${var.service}\",track=\"canary\""
  baseline_matchers = "service=\"${var.service}\",track=\"stable\""
  half_matchers     = ["service=\"${var.service}\",half=\"a\"", "service=\"${var.service}\",half=\"b\""]

  metric {
    name         = "errors"
    kind         = "error_ratio"
    canary_query = "sum(increase(errors_total{$arm}[$window]))"
    total_query  = "sum(increase(requests_total{$arm}[$window]))"
  }

  dynamic "metric" {
    for_each = var.service == "shop" ? [] : ["latency"]

    content {
      name         = "latency"
      kind         = "latency"
      canary_query = "sum by (le) (increase(latency_bucket{$arm}[$window]))"
    }
  }

  dynamic "metric" {
    for_each = var.history == null ? [] : ["memory"]

    content {
      name         = "memory"
      kind         = "gauge"
      canary_query = "avg(avg_over_time(memory_bytes{$arm}[$window]))"
    }
  }

  dynamic "anomaly" {
    for_each = var.history == null ? [] : [var.history]

    content {
      training_window = anomaly.value
    }
  }

  window          = var.window
  max_duration    = var.max_duration
  on_no_data      = var.on_no_data
  on_inconclusive = var.on_inconclusive

  rollback_on_failure = var.rollback_on_failure

  traffic {
    global_accelerator {
      endpoint_group_arn = parapet_global_accelerator.this.listener[0].endpoint_group[0].arn
      stable_endpoint    = var.stable
      canary_endpoint    = var.canary
    }
  }

  dynamic "check" {
    for_each = var.probe_url == null ? [] : ["before", "after"]

    content {
      name = "answers ${check.value}"
      when = check.value

      http {
        url = "${var.probe_url}/${check.value}"
      }
    }
  }

  report {
    directory       = "reports"
    pushgateway_url = var.pushgateway_url
    committed_at    = "2026-01-31T09:30:00Z"
  }
}
