# What Kubernetes, Istio, Flagger or Argo CD would refuse later is refused in the plan.

variables {
  name      = "checkout"
  namespace = "shop"
  image     = { repository = "registry.example.com/shop/checkout", tag = "4.2.0" }
  service   = { target_port = 8000, hosts = ["checkout.example.com"], gateways = ["istio-system/public"] }
  application = {
    repository = "https://git.example.com/shop/deploy"
    path       = "production/checkout"
    revision   = "v4"
    project    = "shop"
  }
}

run "a_label_that_is_none" {
  command = plan

  variables {
    labels = { "cost centre" = "1" }
  }

  expect_failures = [var.labels]
}

run "a_sentence_as_a_label" {
  command = plan

  variables {
    labels = { owner = "shop team <shop@example.com>" }
  }

  expect_failures = [var.labels]
}

run "a_repository_with_its_tag" {
  command = plan

  variables {
    image = { repository = "registry.example.com/shop/checkout:4.2.0", tag = "4.2.0" }
  }

  expect_failures = [var.image]
}

run "a_tag_that_is_none" {
  command = plan

  variables {
    image = { repository = "registry.example.com/shop/checkout", tag = "feature/x" }
  }

  expect_failures = [var.image]
}

run "half_a_port" {
  command = plan

  variables {
    service = { target_port = 8000.5 }
  }

  expect_failures = [var.service]
}

run "a_port_that_is_none" {
  command = plan

  variables {
    service = { target_port = 70000 }
  }

  expect_failures = [var.service]
}

run "a_host_with_its_scheme" {
  command = plan

  variables {
    service = { target_port = 8000, hosts = ["https://shop.example.com"], gateways = ["istio-system/public"] }
  }

  expect_failures = [var.service]
}

run "a_gateway_without_its_namespace" {
  command = plan

  variables {
    service = { target_port = 8000, hosts = ["shop.example.com"], gateways = ["public"] }
  }

  expect_failures = [var.service]
}

run "a_timeout_that_is_none" {
  command = plan

  variables {
    service = { target_port = 8000, timeout = "15" }
  }

  expect_failures = [var.service]
}

run "no_connection_at_all" {
  command = plan

  variables {
    traffic_policy = { max_connections = 0 }
  }

  expect_failures = [var.traffic_policy]
}

run "an_ejection_that_never_ends" {
  command = plan

  variables {
    traffic_policy = { base_ejection_time = "half a minute" }
  }

  expect_failures = [var.traffic_policy]
}

run "half_a_step" {
  command = plan

  variables {
    analysis = { step_weight = 2.5 }
  }

  expect_failures = [var.analysis]
}

run "a_metric_that_nothing_meets" {
  command = plan

  variables {
    analysis = { metrics = { lag = { template = "lag", namespace = "shop", min = 5, max = 1 } } }
  }

  expect_failures = [var.analysis]
}

run "a_metric_of_no_namespace" {
  command = plan

  variables {
    analysis = { metrics = { lag = { template = "Lag", namespace = "Shop", max = 1 } } }
  }

  expect_failures = [var.analysis]
}

run "a_webhook_with_a_password" {
  command = plan

  variables {
    webhooks = { load = { url = "http://user:hunter2@loadtester.test/" } }
  }

  expect_failures = [var.webhooks]
}

run "a_webhook_of_another_scheme" {
  command = plan

  variables {
    webhooks = { load = { url = "ftp://loadtester.test/" } }
  }

  expect_failures = [var.webhooks]
}

run "a_timeout_of_a_webhook_that_is_none" {
  command = plan

  variables {
    webhooks = { load = { url = "http://loadtester.test/", timeout = "soon" } }
  }

  expect_failures = [var.webhooks]
}

run "an_alert_without_a_provider" {
  command = plan

  variables {
    alerts = { team = { provider = "On Call", namespace = "shop" } }
  }

  expect_failures = [var.alerts]
}

run "a_size_that_is_none" {
  command = plan

  variables {
    shadow = { memory = "1 GB" }
  }

  expect_failures = [var.shadow]
}

run "a_password_of_the_shadow" {
  command = plan

  variables {
    shadow = { env = { DATABASE_URL = "postgres://app:hunter2@db/shop" } }
  }

  expect_failures = [var.shadow]
}

run "half_a_port_of_a_destination" {
  command = plan

  variables {
    network = { to_namespaces = { db = { namespace = "db", ports = [5432.5] } } }
  }

  expect_failures = [var.network]
}

run "a_namespace_that_is_none" {
  command = plan

  variables {
    network = { from_namespaces = ["Shop"] }
  }

  expect_failures = [var.network]
}

run "the_whole_internet" {
  command = plan

  variables {
    network = { to_cidrs = { internet = { cidr = "0.0.0.0/0", ports = [443] } } }
  }

  expect_failures = [var.network]
}

run "a_hole_outside" {
  command = plan

  variables {
    network = { to_cidrs = { vpc = { cidr = "10.0.0.0/16", except = ["10.1.0.0/24"], ports = [443] } } }
  }

  expect_failures = [var.network]
}

run "a_revision_that_is_none" {
  command = plan

  variables {
    mesh_revision = "1.24.2 canary"
  }

  expect_failures = [var.mesh_revision]
}

run "a_password_in_an_address" {
  command = plan

  variables {
    kustomization = { config = { "database.url" = "postgres://app:hunter2@db/shop" } }
  }

  expect_failures = [var.kustomization]
}

run "no_replicas" {
  command = plan

  variables {
    kustomization = { replicas = 0 }
  }

  expect_failures = [var.kustomization]
}

run "a_path_outside" {
  command = plan

  variables {
    application = { repository = "https://git.example.com/shop/deploy", path = "../checkout", revision = "v4", project = "shop" }
  }

  expect_failures = [var.application]
}

run "a_cluster_in_the_clear" {
  command = plan

  variables {
    application = { repository = "https://git.example.com/shop/deploy", path = "checkout", revision = "v4", project = "shop", server = "http://cluster.example.com" }
  }

  expect_failures = [var.application]
}

run "a_severity_that_is_none" {
  command = plan

  variables {
    fail_on = "severe"
  }

  expect_failures = [var.fail_on]
}

run "the_internet_without_the_private_networks" {
  command = plan

  variables {
    network = { to_cidrs = { internet = { cidr = "0.0.0.0/0", except = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"], ports = [443] } } }
  }

  assert {
    condition     = length(output.manifests) > 0
    error_message = "What leaves out the private networks is let through."
  }
}
