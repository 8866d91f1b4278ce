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

run "canary" {
  command = plan

  assert {
    condition     = output.manifests.canary.spec.analysis.stepWeight == 10 && output.manifests.canary.spec.analysis.maxWeight == 50
    error_message = "A canary moves traffic step by step."
  }

  assert {
    condition     = output.manifests.canary.spec.service.delegation && output.manifests.virtual-service.spec.http[0].delegate.name == "checkout"
    error_message = "Requests go through the VirtualService that Flagger weighs."
  }

  assert {
    condition     = output.manifests.virtual-service.metadata.name != output.manifests.canary.metadata.name
    error_message = "Flagger overwrites a VirtualService with the name of its own."
  }

  assert {
    condition     = output.manifests.canary.spec.service.trafficPolicy.outlierDetection.consecutive5xxErrors == 5 && output.manifests.destination-rule.spec.trafficPolicy == output.manifests.canary.spec.service.trafficPolicy
    error_message = "Failing pods are ejected, whichever Service they are reached by."
  }

  assert {
    condition     = output.manifests.namespace.metadata.labels["pod-security.kubernetes.io/enforce"] == "restricted"
    error_message = "The namespace enforces the Pod Security Standard."
  }

  assert {
    condition     = output.manifests.network-policy-default-deny.spec.podSelector == {} && length(output.manifests.network-policy-default-deny.spec.policyTypes) == 2
    error_message = "What is not allowed is denied, in both directions."
  }

  assert {
    condition     = contains(output.manifests.network-policy-checkout-ingress.spec.podSelector.matchExpressions[0].values, "checkout-primary")
    error_message = "Rules hold for the pods that Flagger renames."
  }

  assert {
    condition     = contains(output.manifests.application.spec.syncPolicy.syncOptions, "RespectIgnoreDifferences=true")
    error_message = "Argo CD leaves replicas to Flagger."
  }

  assert {
    condition     = length(split("\n---\n", output.yaml)) == length(output.manifests) - 1 && !strcontains(output.yaml, "Kustomization")
    error_message = "Everything but the Kustomization goes to the cluster."
  }

  assert {
    condition     = yamldecode(output.files["kustomization.yaml"]).images[0].newTag == "4.2.0"
    error_message = "The Kustomization pins the image."
  }
}

run "header_goes_to_the_canary" {
  command = plan

  variables {
    analysis = { header = { name = "x-version", value = "canary" } }
  }

  assert {
    condition     = output.manifests.virtual-service.spec.http[0].match[0].headers["x-version"].exact == "canary" && output.manifests.virtual-service.spec.http[1].delegate.name == "checkout"
    error_message = "The header comes before the weights."
  }
}

run "blue_green" {
  command = plan

  variables {
    strategy = "blue_green"
    analysis = { iterations = 7 }
  }

  assert {
    condition     = output.manifests.canary.spec.analysis.iterations == 7 && !can(output.manifests.canary.spec.analysis.stepWeight)
    error_message = "Blue-green tests for a number of intervals and moves no shares."
  }
}

run "shadow" {
  command = plan

  variables {
    strategy = "shadow"
    shadow   = { percent = 25 }
  }

  assert {
    condition     = !can(output.manifests.canary)
    error_message = "A shadow replaces nothing."
  }

  assert {
    condition     = output.manifests.virtual-service.spec.http[0].mirror.host == "checkout-shadow.shop.svc.cluster.local" && output.manifests.virtual-service.spec.http[0].mirrorPercentage.value == 25
    error_message = "A quarter of the requests is copied to the shadow."
  }

  assert {
    condition     = output.manifests.shadow-service.spec.selector == output.manifests.shadow-deployment.spec.selector.matchLabels && output.manifests.virtual-service.spec.http[0].route[0].destination.host == "checkout.shop.svc.cluster.local"
    error_message = "Users reach the stable pods, copies the shadow."
  }
}

run "latest_is_refused" {
  command = plan

  variables {
    image = { repository = "registry.example.com/shop/checkout", tag = "latest" }
  }

  expect_failures = [var.image]
}

run "a_moving_revision_is_refused" {
  command = plan

  variables {
    application = { repository = "https://git.example.com/shop/deploy", path = "production", revision = "HEAD", project = "shop" }
  }

  expect_failures = [var.application]
}

run "an_unknown_strategy_is_refused" {
  command = plan

  variables {
    strategy = "rolling"
  }

  expect_failures = [var.strategy]
}

run "an_analysis_that_ends_nothing_is_refused" {
  command = plan

  variables {
    analysis = { threshold = 0 }
  }

  expect_failures = [var.analysis]
}

run "all_ports_of_a_destination_are_refused" {
  command = plan

  variables {
    network = { to_cidrs = { internet = { cidr = "0.0.0.0/0", ports = [] } } }
  }

  expect_failures = [var.network]
}

run "a_secret_in_the_config_is_refused" {
  command = plan

  variables {
    kustomization = { config = { database_password = "hunter2" } }
  }

  expect_failures = [var.kustomization]
}
