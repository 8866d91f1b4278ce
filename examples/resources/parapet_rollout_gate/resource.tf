resource "parapet_rollout_gate" "shop" {
  name = "shop"

  # A change starts a rollout.
  release_id = "2027.1.31"

  step {
    weight       = 5
    min_duration = "5m"
  }

  step {
    weight       = 50
    min_duration = "15m"
    min_requests = 5000
  }

  step {
    weight       = 100
    min_duration = "1m"
  }

  prometheus {
    url = "http://prometheus.internal:9090"
  }

  canary_matchers   = "track=\"canary\""
  baseline_matchers = "track=\"stable\""

  metric {
    name         = "errors"
    kind         = "error_ratio"
    canary_query = "sum(increase(http_requests_total{code=~\"5..\",$arm}[$window]))"
    total_query  = "sum(increase(http_requests_total{$arm}[$window]))"
  }

  metric {
    name         = "latency"
    kind         = "latency"
    canary_query = "sum by (le) (increase(http_request_duration_seconds_bucket{$arm}[$window]))"
  }

  metric {
    name         = "memory"
    kind         = "gauge"
    canary_query = "avg(avg_over_time(container_memory_working_set_bytes{$arm}[$window]))"
  }

  # Memory has no test of its own: the anomaly test sees it.
  anomaly {
    training_window = "48h"
  }

  warm_up = "2m"

  traffic {
    global_accelerator {
      endpoint_group_arn = "arn:aws:globalaccelerator::123456789012:accelerator/1234abcd/listener/0123/endpoint-group/0a1b"
      stable_endpoint    = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/blue/0123456789abcdef"
      canary_endpoint    = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/green/0123456789abcdef"
    }
  }

  check {
    name = "answers"
    when = "after"

    http {
      url = "https://shop.example.com/healthz"
    }
  }

  report {
    directory       = "reports"
    pushgateway_url = "http://pushgateway.internal:9091"
    committed_at    = "2027-01-31T09:30:00Z"
  }
}
