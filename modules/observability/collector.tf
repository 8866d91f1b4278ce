# In every pipeline memory_limiter comes first, so that it can refuse what the rest has no memory for, and batch last, so that it batches what is sent.

locals {
  limiter = {
    check_interval         = "1s"
    limit_percentage       = var.collector.memory_percent
    spike_limit_percentage = floor(var.collector.memory_percent / 4)
  }

  batch = { timeout = "1s", send_batch_size = 8192, send_batch_max_size = 16384 }

  otlp_receiver = {
    protocols = {
      grpc = { endpoint = "$${env:POD_IP}:4317" }
      http = { endpoint = "$${env:POD_IP}:4318" }
    }
  }

  health = { health_check = { endpoint = "$${env:POD_IP}:13133" } }

  retry = { retry_on_failure = { enabled = true }, sending_queue = { enabled = true, num_consumers = 10 } }

  # The certificate and key of the pair that agents and gateways know each other by.
  internal_tls = { ca_file = var.collector.ca_file, cert_file = "/etc/otel/tls/tls.crt", key_file = "/etc/otel/tls/tls.key" }

  agent = {
    extensions = local.health

    receivers = {
      otlp = local.otlp_receiver
      filelog = {
        include           = var.collector.log_paths
        exclude           = ["/var/log/pods/${var.namespace}_otel-*/*/*.log"]
        start_at          = "end"
        include_file_path = true
        # Knows the formats of containerd, CRI-O and Docker.
        operators = [{ type = "container" }]
      }
      hostmetrics = {
        collection_interval = "30s"
        root_path           = "/hostfs"
        scrapers            = { for name in ["cpu", "disk", "filesystem", "load", "memory", "network"] : name => {} }
      }
    }

    processors = {
      memory_limiter = local.limiter
      k8sattributes = {
        auth_type = "serviceAccount"
        filter    = { node_from_env_var = "K8S_NODE_NAME" }
        extract   = { metadata = ["k8s.namespace.name", "k8s.deployment.name", "k8s.pod.name", "k8s.pod.uid", "k8s.node.name"] }
        pod_association = [
          { sources = [{ from = "resource_attribute", name = "k8s.pod.uid" }] },
          { sources = [{ from = "resource_attribute", name = "k8s.pod.ip" }] },
          { sources = [{ from = "connection" }] },
        ]
      }
      resource = { attributes = [
        { key = "k8s.cluster.name", value = var.cluster, action = "upsert" },
        { key = "deployment.environment.name", value = var.environment, action = "upsert" },
      ] }
      batch = local.batch
    }

    exporters = {
      # All spans of a trace to one gateway: it cannot decide about a trace it has half of.
      loadbalancing = {
        routing_key = "traceID"
        protocol    = { otlp = { tls = local.internal_tls } }
        resolver    = { dns = { hostname = "${var.collector.gateway_service}.${var.namespace}.svc.cluster.local", port = "4317" } }
      }
      "otlp/gateway" = merge(local.retry, {
        endpoint      = "dns:///${var.collector.gateway_service}.${var.namespace}.svc.cluster.local:4317"
        balancer_name = "round_robin"
        tls           = local.internal_tls
      })
    }

    service = {
      extensions = ["health_check"]
      pipelines = {
        traces  = { receivers = ["otlp"], processors = ["memory_limiter", "k8sattributes", "resource", "batch"], exporters = ["loadbalancing"] }
        metrics = { receivers = ["otlp", "hostmetrics"], processors = ["memory_limiter", "k8sattributes", "resource", "batch"], exporters = ["otlp/gateway"] }
        logs    = { receivers = ["otlp", "filelog"], processors = ["memory_limiter", "k8sattributes", "resource", "batch"], exporters = ["otlp/gateway"] }
      }
    }
  }

  authenticator = var.collector.credentials_file == null ? null : { auth = { authenticator = "bearertokenauth" } }

  gateway = {
    extensions = merge(
      local.health,
      var.collector.credentials_file == null ? null : { bearertokenauth = { filename = var.collector.credentials_file } },
    )

    receivers = {
      otlp = { protocols = { grpc = {
        endpoint = "$${env:POD_IP}:4317"
        tls = {
          client_ca_file = var.collector.ca_file
          cert_file      = local.internal_tls.cert_file
          key_file       = local.internal_tls.key_file
        }
      } } }
    }

    processors = {
      memory_limiter = local.limiter
      tail_sampling  = local.tail_sampling
      batch          = local.batch
    }

    exporters = {
      "otlp/traces"         = merge(local.retry, { endpoint = var.collector.traces, tls = { ca_file = var.collector.ca_file } }, local.authenticator)
      prometheusremotewrite = merge({ endpoint = var.collector.metrics, external_labels = { cluster = var.cluster } }, local.authenticator)
      "otlphttp/logs"       = merge(local.retry, { endpoint = var.collector.logs }, local.authenticator)
    }

    service = {
      extensions = concat(["health_check"], [for file in var.collector.credentials_file[*] : "bearertokenauth"])
      pipelines = {
        traces  = { receivers = ["otlp"], processors = ["memory_limiter", "tail_sampling", "batch"], exporters = ["otlp/traces"] }
        metrics = { receivers = ["otlp"], processors = ["memory_limiter", "batch"], exporters = ["prometheusremotewrite"] }
        logs    = { receivers = ["otlp"], processors = ["memory_limiter", "batch"], exporters = ["otlphttp/logs"] }
      }
    }
  }

  tail_sampling = {
    decision_wait = "${var.sampling.decision_wait_seconds}s"
    # Twice what arrives until the decision: a trace that is pushed out of memory before is lost undecided.
    num_traces                  = 2 * var.sampling.decision_wait_seconds * var.sampling.traces_per_second
    expected_new_traces_per_sec = var.sampling.traces_per_second
    policies = concat(
      [{ name = "errors", type = "status_code", status_code = { status_codes = ["ERROR"] } }],
      [{ name = "slow", type = "latency", latency = { threshold_ms = var.sampling.latency_ms } }],
      [for key, values in var.sampling.always : {
        name = "always-${key}", type = "string_attribute", string_attribute = { key = key, values = values }
      }],
      [{ name = "rest", type = "probabilistic", probabilistic = { sampling_percentage = var.sampling.percent } }],
    )
  }
}
