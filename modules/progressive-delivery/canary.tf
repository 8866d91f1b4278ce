# Flagger's Canary: who is promoted, and who is not.

locals {
  canary = {
    apiVersion = "flagger.app/v1beta1"
    kind       = "Canary"
    metadata   = merge(local.metadata, { name = var.name })
    spec = {
      provider                = "istio"
      targetRef               = { apiVersion = "apps/v1", kind = "Deployment", name = var.name }
      progressDeadlineSeconds = var.analysis.deadline_seconds
      # Without it the Deployment stays at no replicas when the strategy changes and the Canary goes.
      revertOnDeletion = true
      service = {
        port          = var.service.port
        targetPort    = var.service.target_port
        portName      = "http"
        delegation    = true
        timeout       = var.service.timeout
        trafficPolicy = local.traffic_policy
      }
      analysis = merge(
        {
          interval  = var.analysis.interval
          threshold = var.analysis.threshold
          metrics   = concat(local.builtin_metrics, local.template_metrics)
          webhooks  = local.webhooks
          alerts    = local.alerts
        },
        var.strategy == "canary" ? { stepWeight = var.analysis.step_weight, maxWeight = var.analysis.max_weight } : null,
        var.strategy == "blue_green" ? { iterations = var.analysis.iterations } : null,
      )
    }
  }

  builtin_metrics = [
    { name = "request-success-rate", interval = "1m", thresholdRange = { min = var.analysis.min_success_rate } },
    { name = "request-duration", interval = "1m", thresholdRange = { max = var.analysis.max_duration_ms } },
  ]

  template_metrics = [
    for name, metric in var.analysis.metrics : {
      name           = name
      interval       = metric.interval
      templateRef    = { name = metric.template, namespace = metric.namespace }
      thresholdRange = { for bound, value in { min = metric.min, max = metric.max } : bound => value if value != null }
    }
  ]

  webhooks = [
    for name, hook in var.webhooks : { name = name, type = hook.type, url = hook.url, timeout = hook.timeout, metadata = hook.metadata }
  ]

  alerts = [
    for name, alert in var.alerts : {
      name        = name
      severity    = alert.severity
      providerRef = { name = alert.provider, namespace = alert.namespace }
    }
  ]
}
