# Experiments for Chaos Mesh, none of them larger than the limits say.

locals {
  metadata = {
    namespace = var.namespace
    labels    = merge(var.labels, { "app.kubernetes.io/part-of" = "chaos", "app.kubernetes.io/managed-by" = "terraform" })
  }

  # Read by Chaos Mesh: what is running is undone, and nothing is started.
  pause = var.paused ? { annotations = { "experiment.chaos-mesh.org/pause" = "true" } } : null

  target = {
    for name, it in var.experiments : name => merge(
      { mode = it.mode, selector = { namespaces = [it.namespace], labelSelectors = it.labels } },
      it.value == null ? null : { value = tostring(it.value) },
    )
  }

  # A pod that was killed is gone at once: this action alone lasts for no time.
  lasting = { for name, it in var.experiments : name => it.action == "pod-kill" ? null : { duration = it.duration } }

  pod_chaos = {
    for name, it in var.experiments : name => merge(
      local.target[name],
      { action = it.action },
      length(it.containers) == 0 ? null : { containerNames = it.containers },
      local.lasting[name],
    ) if it.kind == "PodChaos"
  }

  network_chaos = {
    for name, it in var.experiments : name => merge(
      local.target[name],
      local.lasting[name],
      { action = it.action, direction = it.network.direction },
      it.action == "delay" ? { delay = { latency = it.network.latency, jitter = it.network.jitter, correlation = tostring(it.network.correlation) } } : null,
      it.action == "loss" ? { loss = { loss = tostring(it.network.percent), correlation = tostring(it.network.correlation) } } : null,
      it.action == "duplicate" ? { duplicate = { duplicate = tostring(it.network.percent), correlation = tostring(it.network.correlation) } } : null,
      it.action == "corrupt" ? { corrupt = { corrupt = tostring(it.network.percent), correlation = tostring(it.network.correlation) } } : null,
      # Chaos Mesh asks for both sizes; these are those of its own examples.
      it.action == "bandwidth" ? { bandwidth = { rate = it.network.rate, limit = 20971520, buffer = 10000 } } : null,
      # Towards them they are only named; in the other directions they are disturbed as well, and as few.
      it.network.to == null ? null : { target = merge(
        { mode = it.network.direction == "to" ? "all" : it.mode, selector = { namespaces = [it.network.to.namespace], labelSelectors = it.network.to.labels } },
        it.network.direction == "to" || it.value == null ? null : { value = tostring(it.value) },
      ) },
    ) if it.kind == "NetworkChaos"
  }

  stress_chaos = {
    for name, it in var.experiments : name => merge(
      local.target[name],
      local.lasting[name],
      { stressors = merge(
        it.stress.cpu_workers == null ? null : { cpu = merge({ workers = it.stress.cpu_workers }, it.stress.cpu_load == null ? null : { load = it.stress.cpu_load }) },
        it.stress.memory_workers == null ? null : { memory = { workers = it.stress.memory_workers, size = it.stress.memory_size } },
      ) },
    ) if it.kind == "StressChaos"
  }

  specs = merge(local.pod_chaos, local.network_chaos, local.stress_chaos)

  # Name of the field of a Schedule that holds the experiment.
  scheduled = { PodChaos = "podChaos", NetworkChaos = "networkChaos", StressChaos = "stressChaos" }

  once = {
    for name, it in var.experiments : name => {
      apiVersion = "chaos-mesh.org/v1alpha1"
      kind       = it.kind
      metadata   = merge(local.metadata, { name = name }, local.pause)
      spec       = local.specs[name]
    } if it.every_minutes == null
  }

  repeated = {
    for name, it in var.experiments : name => {
      apiVersion = "chaos-mesh.org/v1alpha1"
      kind       = "Schedule"
      metadata   = merge(local.metadata, { name = name }, local.pause)
      spec = {
        schedule                   = "@every ${it.every_minutes}m"
        type                       = it.kind
        concurrencyPolicy          = "Forbid"
        historyLimit               = 5
        startingDeadlineSeconds    = 60
        (local.scheduled[it.kind]) = local.specs[name]
      }
    } if it.every_minutes != null
  }

  manifests = merge(local.once, local.repeated)
  yaml      = join("---\n", [for object in values(local.manifests) : yamlencode(object)])
}

# The limits, held against what is put out, so that no way of writing an experiment gets around them.
data "parapet_policy_check" "blast_radius" {
  input = {
    experiments        = local.manifests
    allowed_namespaces = var.allowed_namespaces
    limits             = var.limits
  }

  packs    = []
  policies = { "blast_radius.rego" = file("${path.module}/policies/blast_radius.rego") }
}
