# Multi-window, multi-burn-rate alerts, as in "The Site Reliability Workbook", chapter 5, "Alerting on SLOs".

locals {
  # The share of the budget that is gone after `long`, when somebody is told; `short` ends the alert soon after the errors do.
  burn = {
    fast   = { budget = 0.02, long = "1h", hours = 1, short = "5m", severity = "critical" }
    medium = { budget = 0.05, long = "6h", hours = 6, short = "30m", severity = "critical" }
    slow   = { budget = 0.1, long = "1d", hours = 24, short = "2h", severity = "warning" }
    creep  = { budget = 0.1, long = "3d", hours = 72, short = "6h", severity = "warning" }
  }

  ranges = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"]

  slo_labels = {
    for name, slo in var.slos : name => merge(slo.labels, {
      slo         = name
      service     = slo.service
      environment = var.environment
    })
  }

  selectors = { for name, slo in var.slos : name => "{slo=\"${name}\"}" }

  # Ratio of errors that is allowed. Six digits, as the arithmetic is exact to a hundred and the quotient is not.
  budgets = { for name, slo in var.slos : name => format("%.6g", 1 - slo.objective / 100) }

  # How many times faster than even the budget is used when `budget` of it is gone after `hours`. At less than 1 it lasts, and nobody needs to be told.
  burn_rates = {
    for name, slo in var.slos : name => { for speed, burn in local.burn : speed => format("%.6g", max(1, burn.budget * slo.window_days * 24 / burn.hours)) }
  }

  recordings = {
    for name, slo in var.slos : name => [for range in local.ranges : {
      record = "slo:error_ratio:rate${range}"
      # Without requests there is no ratio, and no alert; absence is for the alert on the service itself.
      expr   = "(${replace(slo.errors, "$window", range)}) / (${replace(slo.total, "$window", range)} > 0)"
      labels = local.slo_labels[name]
    }]
  }

  # For dashboards. What is left is counted by time, not by requests: an hour of errors at night costs what one at noon does.
  budget_recordings = {
    for name, slo in var.slos : name => [
      { record = "slo:error_budget:ratio", expr = "vector(${local.budgets[name]})", labels = local.slo_labels[name] },
      {
        record = "slo:error_budget_remaining:ratio"
        expr   = "1 - avg_over_time(slo:error_ratio:rate5m${local.selectors[name]}[${slo.window_days}d]) / ${local.budgets[name]}"
        labels = local.slo_labels[name]
      },
    ]
  }

  alerts = {
    for name, slo in var.slos : name => [
      for speed, burn in local.burn : {
        alert = "SLOErrorBudgetBurn"
        # The windows are the wait.
        for = "0s"
        expr = join(" and ", [
          for range in [burn.long, burn.short] :
          "slo:error_ratio:rate${range}${local.selectors[name]} > ${local.burn_rates[name][speed]} * ${local.budgets[name]}"
        ])
        labels = merge(local.slo_labels[name], { severity = burn.severity, burn = speed, long_window = burn.long })
        annotations = {
          summary     = "${slo.service} uses up the error budget of ${name} ${local.burn_rates[name][speed]} times as fast as it may, or faster"
          description = "${slo.description}: {{ $value | humanizePercentage }} of the requests failed in the last ${burn.long}, the objective is ${slo.objective}% over ${slo.window_days} days."
          runbook_url = slo.runbook_url
        }
      }
    ]
  }

  rules = {
    groups = flatten([for name, slo in var.slos : [
      { name = "slo-${name}-recordings", interval = "30s", rules = local.recordings[name] },
      { name = "slo-${name}-budget", interval = "5m", rules = local.budget_recordings[name] },
      { name = "slo-${name}-alerts", interval = "30s", rules = local.alerts[name] },
    ]])
  }

  prometheus_rule = {
    apiVersion = "monitoring.coreos.com/v1"
    kind       = "PrometheusRule"
    metadata   = merge(local.metadata, { name = "slos" })
    spec       = local.rules
  }
}
