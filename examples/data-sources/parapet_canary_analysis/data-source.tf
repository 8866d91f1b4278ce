data "parapet_canary_analysis" "shop" {
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

  duration = "30m"
  warm_up  = "2m"
}

# A warning with every plan while the canary is worse.
check "canary" {
  assert {
    condition     = data.parapet_canary_analysis.shop.verdict != "rollback"
    error_message = join("\n", data.parapet_canary_analysis.shop.reasons)
  }
}
