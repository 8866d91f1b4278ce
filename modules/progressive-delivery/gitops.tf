# How it gets to the cluster: files for the repository, and the Application that deploys them.

locals {
  kustomization = merge(
    {
      apiVersion = "kustomize.config.k8s.io/v1beta1"
      kind       = "Kustomization"
      namespace  = var.namespace
      resources  = concat(["delivery.yaml"], var.kustomization.resources)
      images = [merge(
        { name = coalesce(var.image.name, var.image.repository) },
        var.image.name == null ? null : { newName = var.image.repository },
        # Kustomize writes the digest where both are given; the tag is then a comment that can lie.
        var.image.digest == null ? { newTag = var.image.tag } : { digest = var.image.digest },
      )]
    },
    length(var.kustomization.config) == 0 ? null : {
      configMapGenerator = [{
        name     = "${var.name}-config"
        literals = [for key, value in var.kustomization.config : "${key}=${value}"]
      }]
    },
    var.kustomization.replicas == null ? null : {
      replicas = [{ name = var.name, count = var.kustomization.replicas }]
    },
  )

  application = {
    apiVersion = "argoproj.io/v1alpha1"
    kind       = "Application"
    metadata = {
      name       = var.name
      namespace  = var.application.namespace
      labels     = local.labels
      finalizers = ["resources-finalizer.argocd.argoproj.io"]
    }
    spec = {
      project     = var.application.project
      destination = { server = var.application.server, namespace = var.namespace }
      source = {
        repoURL        = var.application.repository
        targetRevision = var.application.revision
        path           = var.application.path
      }
      syncPolicy = merge(
        {
          retry = {
            limit   = var.application.retry_limit
            backoff = { duration = "5s", factor = 2, maxDuration = "3m" }
          }
          syncOptions = [
            # The namespace is among the files, with its labels; Argo CD would make one without.
            "CreateNamespace=false",
            "PrunePropagationPolicy=foreground",
            "PruneLast=true",
            # Without it, what is ignored below is not shown as a difference, and reset all the same.
            "RespectIgnoreDifferences=true",
            "ServerSideApply=true",
          ]
        },
        var.application.auto_sync ? { automated = { prune = true, selfHeal = true, allowEmpty = false } } : null,
      )
      # Flagger and the autoscaler count replicas; Argo CD would set them back in the middle of a rollout.
      ignoreDifferences    = [{ group = "apps", kind = "Deployment", jsonPointers = ["/spec/replicas"] }]
      revisionHistoryLimit = 10
    }
  }
}
