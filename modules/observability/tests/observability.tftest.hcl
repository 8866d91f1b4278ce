variables {
  cluster     = "shop"
  environment = "production"
  collector   = { traces = "tempo.example.com:4317", metrics = "https://prometheus.example.com/api/v1/write", logs = "https://loki.example.com/otlp" }
  receivers   = { on-call = { pagerduty = { routing_key_file = "/etc/alertmanager/secrets/pagerduty" } } }
  routing     = { default = "on-call", page = "on-call", ticket = "on-call" }
  slos = {
    availability = {
      service     = "checkout"
      description = "Requests are answered"
      objective   = 99.9
      errors      = "sum(rate(http_requests_total{code=~\"5..\"}[$window]))"
      total       = "sum(rate(http_requests_total[$window]))"
      runbook_url = "https://runbooks.example.com/checkout"
    }
  }
}

run "pipelines_are_in_order" {
  command = plan

  assert {
    condition = alltrue(flatten([for text in values(output.collectors) : [
      for pipeline in values(yamldecode(text).service.pipelines) : pipeline.processors[0] == "memory_limiter" && reverse(pipeline.processors)[0] == "batch"
    ]]))
    error_message = "memory_limiter is first and batch last, in every pipeline."
  }

  assert {
    condition     = yamldecode(output.collectors.agent).service.pipelines.traces.exporters == ["loadbalancing"] && yamldecode(output.collectors.agent).exporters.loadbalancing.routing_key == "traceID"
    error_message = "All spans of a trace reach the gateway that decides about it."
  }

  assert {
    condition     = yamldecode(output.collectors.gateway).processors.tail_sampling.num_traces == 20000
    error_message = "A gateway remembers what arrives until it decides."
  }
}

run "burn_rates_are_those_of_the_workbook" {
  command = plan

  assert {
    condition     = { for rule in yamldecode(output.rules).groups[2].rules : rule.labels.burn => rule.labels.severity } == { fast = "critical", medium = "critical", slow = "warning", creep = "warning" }
    error_message = "Two burn rates page, and two are tickets."
  }

  assert {
    condition     = anytrue([for rule in yamldecode(output.rules).groups[2].rules : rule.expr == "slo:error_ratio:rate1h{slo=\"availability\"} > 14.4 * 0.001 and slo:error_ratio:rate5m{slo=\"availability\"} > 14.4 * 0.001"])
    error_message = "2% of the budget of 30 days in an hour is 14.4 times as fast as it may be used."
  }

  assert {
    condition     = output.manifests.prometheus-rule.spec == yamldecode(output.rules)
    error_message = "Operator and file have the same rules."
  }
}

run "a_shorter_window_burns_faster" {
  command = plan

  variables {
    slos = {
      availability = {
        service     = "checkout"
        description = "Requests are answered"
        objective   = 99.5
        window_days = 7
        errors      = "sum(rate(http_requests_total{code=~\"5..\"}[$window]))"
        total       = "sum(rate(http_requests_total[$window]))"
        runbook_url = "https://runbooks.example.com/checkout"
      }
    }
  }

  assert {
    condition     = anytrue([for rule in yamldecode(output.rules).groups[2].rules : strcontains(rule.expr, "rate1h{slo=\"availability\"} > 3.36 * 0.005")])
    error_message = "2% of the budget of 7 days in an hour is 3.36 times as fast as it may be used."
  }
}

run "secrets_are_files" {
  command = plan

  variables {
    receivers = {
      on-call = {
        slack   = { channel = "#on-call", api_url_file = "/etc/alertmanager/secrets/slack" }
        webhook = { url = "https://hooks.example.com/a", credentials_file = "/etc/alertmanager/secrets/hook" }
      }
    }
  }

  assert {
    condition     = yamldecode(output.alertmanager).receivers[1].slack_configs[0].api_url_file == "/etc/alertmanager/secrets/slack"
    error_message = "Addresses with secrets are read from files."
  }
}

run "an_slo_that_can_never_alert_is_refused" {
  command = plan

  variables {
    slos = {
      availability = {
        service     = "checkout"
        description = "Requests are answered"
        objective   = 90
        errors      = "sum(rate(e[$window]))"
        total       = "sum(rate(t[$window]))"
        runbook_url = "https://runbooks.example.com/checkout"
      }
    }
  }

  expect_failures = [var.slos]
}

run "a_route_to_nobody_is_refused" {
  command = plan

  variables {
    routing = { default = "on-call", page = "oncall", ticket = "on-call" }
  }

  expect_failures = [var.routing]
}

run "a_secret_instead_of_a_file_is_refused" {
  command = plan

  variables {
    receivers = { on-call = { pagerduty = { routing_key_file = "0123456789abcdef" } } }
  }

  expect_failures = [var.receivers]
}

run "telemetry_in_the_clear_is_refused" {
  command = plan

  variables {
    collector = { traces = "tempo.example.com:4317", metrics = "http://prometheus.example.com/api/v1/write", logs = "https://loki.example.com/otlp" }
  }

  expect_failures = [var.collector]
}

run "dashboards_with_the_same_uid_are_refused" {
  command = plan

  variables {
    dashboards = { one = "{\"title\": \"One\", \"uid\": \"same\"}", two = "{\"title\": \"Two\", \"uid\": \"same\"}" }
  }

  expect_failures = [var.dashboards]
}

run "a_receiver_that_drops_is_there_where_it_is_used" {
  command = plan

  variables {
    receivers = { on-call = { pagerduty = { routing_key_file = "/etc/alertmanager/secrets/pagerduty" } } }
    routing   = { default = "on-call", page = "on-call", ticket = "on-call", heartbeat = "on-call" }
  }

  assert {
    condition     = yamldecode(output.alertmanager).receivers[*].name == ["on-call"]
    error_message = "Every receiver has a route."
  }
}

run "a_time_that_is_none_is_refused" {
  command = plan

  variables {
    routing = { default = "on-call", page = "on-call", ticket = "on-call", group_wait = "soon" }
  }

  expect_failures = [var.routing]
}

run "a_smart_host_without_a_port_is_refused" {
  command = plan

  variables {
    receivers = { on-call = { email = { to = "a@example.com", from = "b@example.com", smarthost = "smtp.example.com", username = "u", password_file = "/etc/alertmanager/secrets/smtp" } } }
  }

  expect_failures = [var.receivers]
}

run "a_template_without_its_end_is_refused" {
  command = plan

  variables {
    slos = {
      availability = {
        service     = "checkout"
        description = "Requests to {{ $labels.service are answered, {{ $value }}"
        objective   = 99.9
        errors      = "sum(rate(http_requests_total{code=~\"5..\"}[$window]))"
        total       = "sum(rate(http_requests_total[$window]))"
        runbook_url = "https://runbooks.example.com/checkout"
      }
    }
  }

  expect_failures = [var.slos]
}

run "a_template_with_an_unknown_function_is_refused" {
  command = plan

  variables {
    slos = {
      availability = {
        service     = "checkout"
        description = "Requests are answered: {{ $value | percentage }}"
        objective   = 99.9
        errors      = "sum(rate(http_requests_total{code=~\"5..\"}[$window]))"
        total       = "sum(rate(http_requests_total[$window]))"
        runbook_url = "https://runbooks.example.com/checkout"
      }
    }
  }

  expect_failures = [var.slos]
}

run "a_template_is_taken" {
  command = plan

  variables {
    slos = {
      availability = {
        service     = "checkout"
        description = "Requests to {{ $labels.service }} are answered: {{ printf \"%.2f\" $value }} of {{ with query \"up{job='x'}\" }}{{ . | first | value | humanize }}{{ end }}"
        objective   = 99.9
        errors      = "sum(rate(http_requests_total{code=~\"5..\"}[$window]))"
        total       = "sum(rate(http_requests_total[$window]))"
        runbook_url = "https://runbooks.example.com/checkout"
      }
    }
  }

  assert {
    condition     = length(output.rules) > 0
    error_message = "A template of Prometheus is taken."
  }
}

run "a_matcher_that_is_no_expression_is_refused" {
  command = plan

  variables {
    routing = { default = "on-call", page = "on-call", ticket = "on-call", routes = [{ receiver = "on-call", matchers = ["team=~\"[payments\""] }] }
  }

  expect_failures = [var.routing]
}

run "a_matcher_with_a_quote_too_many_is_refused" {
  command = plan

  variables {
    routing = { default = "on-call", page = "on-call", ticket = "on-call", routes = [{ receiver = "on-call", matchers = ["team=\"pay\"ments\""] }] }
  }

  expect_failures = [var.routing]
}

run "a_matcher_with_an_expression_is_taken" {
  command = plan

  variables {
    routing = { default = "on-call", page = "on-call", ticket = "on-call", routes = [{ receiver = "on-call", matchers = ["team=~\"pay(ments)?|shop\\\\.eu\""] }] }
  }

  assert {
    condition     = strcontains(output.alertmanager, "pay(ments)?")
    error_message = "What Alertmanager takes is taken."
  }
}
