# Dashboards as Grafana provisions them: the model itself, not the `{"dashboard": …}` of its API.

locals {
  panels = [
    {
      title = "Error budget left"
      type  = "stat"
      unit  = "percentunit"
      expr  = "slo:error_budget_remaining:ratio"
      steps = [["red", null], ["orange", 0.1], ["green", 0.25]]
      grid  = { x = 0, y = 0, w = 24, h = 6 }
    },
    {
      title = "Errors, last hour"
      type  = "timeseries"
      unit  = "percentunit"
      expr  = "slo:error_ratio:rate1h"
      steps = [["green", null]]
      grid  = { x = 0, y = 6, w = 12, h = 9 }
    },
    {
      title = "Burn rate, last hour"
      type  = "timeseries"
      unit  = "none"
      expr  = "slo:error_ratio:rate1h / on (slo) slo:error_budget:ratio"
      steps = [["green", null], ["orange", 1], ["red", 14.4]]
      grid  = { x = 12, y = 6, w = 12, h = 9 }
    },
    {
      title = "Alerts"
      type  = "table"
      unit  = "none"
      expr  = "ALERTS{alertname=\"SLOErrorBudgetBurn\", alertstate=\"firing\"}"
      steps = [["green", null]]
      grid  = { x = 0, y = 15, w = 24, h = 8 }
    },
  ]

  slo_dashboard = {
    uid           = substr(sha256("slos of ${var.cluster}"), 0, 12)
    title         = "SLOs of ${var.cluster}"
    tags          = ["slo", var.environment]
    editable      = false
    schemaVersion = 39
    refresh       = "1m"
    time          = { from = "now-6h", to = "now" }
    templating = { list = [{
      name    = "datasource"
      type    = "datasource"
      query   = "prometheus"
      current = { text = var.datasource, value = var.datasource }
    }] }
    panels = [for index, panel in local.panels : {
      id         = index + 1
      title      = panel.title
      type       = panel.type
      gridPos    = panel.grid
      datasource = { type = "prometheus", uid = "$${datasource}" }
      targets = [{
        refId        = "A"
        expr         = panel.expr
        legendFormat = "{{slo}}"
        instant      = panel.type != "timeseries"
        range        = panel.type == "timeseries"
      }]
      fieldConfig = {
        defaults = {
          unit       = panel.unit
          thresholds = { mode = "absolute", steps = [for step in panel.steps : { color = step[0], value = step[1] }] }
        }
        overrides = []
      }
    }]
  }

  dashboards = merge({ for name, text in var.dashboards : "${name}.json" => text }, { "slos.json" = jsonencode(local.slo_dashboard) })
}
