variables {
  allowed_namespaces = ["shop"]
  experiments = {
    failure = {
      kind      = "PodChaos"
      action    = "pod-failure"
      namespace = "shop"
      labels    = { app = "checkout" }
      mode      = "fixed-percent"
      value     = 30
    }
  }
}

run "an_experiment_within_the_limits" {
  command = plan

  assert {
    condition     = output.manifests.failure.kind == "PodChaos" && output.manifests.failure.spec.value == "30" && output.manifests.failure.spec.selector.namespaces == ["shop"]
    error_message = "The experiment is rendered as it was asked for."
  }

  assert {
    condition     = yamldecode(output.yaml).metadata.namespace == "chaos-testing"
    error_message = "The experiment is kept apart from what it disturbs."
  }
}

run "a_repeated_experiment_is_a_schedule" {
  command = plan

  variables {
    experiments = {
      slow = {
        kind          = "NetworkChaos"
        action        = "delay"
        namespace     = "shop"
        labels        = { app = "checkout" }
        every_minutes = 30
        network       = { latency = "200ms" }
      }
    }
  }

  assert {
    condition     = output.manifests.slow.kind == "Schedule" && output.manifests.slow.spec.networkChaos.delay.latency == "200ms" && output.manifests.slow.spec.schedule == "@every 30m"
    error_message = "Chaos Mesh repeats by a Schedule."
  }
}

run "paused" {
  command = plan

  variables {
    paused = true
  }

  assert {
    condition     = output.manifests.failure.metadata.annotations["experiment.chaos-mesh.org/pause"] == "true"
    error_message = "Every experiment stops."
  }
}

run "another_namespace_is_refused" {
  command = plan

  variables {
    experiments = {
      failure = { kind = "PodChaos", action = "pod-failure", namespace = "billing", labels = { app = "invoices" } }
    }
  }

  expect_failures = [var.experiments]
}

run "the_cluster_itself_is_refused" {
  command = plan

  variables {
    allowed_namespaces = ["shop", "kube-system"]
  }

  expect_failures = [var.allowed_namespaces]
}

run "everything_in_a_namespace_is_refused" {
  command = plan

  variables {
    experiments = {
      failure = { kind = "PodChaos", action = "pod-failure", namespace = "shop", labels = {} }
    }
  }

  expect_failures = [var.experiments]
}

run "all_pods_are_refused" {
  command = plan

  variables {
    experiments = {
      failure = { kind = "PodChaos", action = "pod-failure", namespace = "shop", labels = { app = "checkout" }, mode = "all" }
    }
  }

  expect_failures = [var.experiments]
}

run "an_action_of_another_kind_is_refused" {
  command = plan

  variables {
    experiments = {
      failure = { kind = "NetworkChaos", action = "pod-kill", namespace = "shop", labels = { app = "checkout" } }
    }
  }

  expect_failures = [var.experiments]
}

run "limits_that_are_none_are_refused" {
  command = plan

  variables {
    limits = { max_percent = 100 }
  }

  expect_failures = [var.limits]
}

run "the_other_side_without_labels_is_refused" {
  command = plan

  variables {
    experiments = {
      loss = { kind = "NetworkChaos", action = "loss", namespace = "shop", labels = { app = "checkout" }, network = { percent = 10, direction = "both", to = { namespace = "shop", labels = {} } } }
    }
  }

  expect_failures = [var.experiments]
}

run "more_than_everything_is_refused" {
  command = plan

  variables {
    experiments = {
      loss = { kind = "NetworkChaos", action = "loss", namespace = "shop", labels = { app = "checkout" }, network = { percent = 150 } }
    }
  }

  expect_failures = [var.experiments]
}

run "an_unknown_direction_is_refused" {
  command = plan

  variables {
    experiments = {
      loss = { kind = "NetworkChaos", action = "loss", namespace = "shop", labels = { app = "checkout" }, network = { percent = 10, direction = "sideways" } }
    }
  }

  expect_failures = [var.experiments]
}

run "stress_beyond_the_processor_is_refused" {
  command = plan

  variables {
    experiments = {
      stress = { kind = "StressChaos", namespace = "shop", labels = { app = "checkout" }, stress = { cpu_workers = 1, cpu_load = 900 } }
    }
  }

  expect_failures = [var.experiments]
}

run "memory_without_a_size_is_refused" {
  command = plan

  variables {
    experiments = {
      stress = { kind = "StressChaos", namespace = "shop", labels = { app = "checkout" }, stress = { memory_workers = 1, memory_size = "lots" } }
    }
  }

  expect_failures = [var.experiments]
}

run "both_sides_are_disturbed_alike" {
  command = plan

  variables {
    experiments = {
      loss = {
        kind      = "NetworkChaos"
        action    = "loss"
        namespace = "shop"
        labels    = { app = "checkout" }
        mode      = "fixed-percent"
        value     = 20
        network   = { percent = 10, direction = "both", to = { namespace = "shop", labels = { app = "catalog" } } }
      }
    }
  }

  assert {
    condition     = output.manifests.loss.spec.target.mode == "fixed-percent" && output.manifests.loss.spec.target.value == "20"
    error_message = "The limits hold for both sides."
  }
}
