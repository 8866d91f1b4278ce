# Add-ons of the cluster. Those that nodes need to become ready come before them, the others run on them.

locals {
  # The add-ons that were asked for, and those without which the rest does not work.
  addons = merge(
    {
      for name, wanted in {
        vpc-cni                = true
        kube-proxy             = true
        coredns                = true
        eks-pod-identity-agent = true
        metrics-server         = local.eks.enable_metrics_server
      } : name => { version = null, configuration_values = null, service_account_role_arn = null } if wanted
    },
    local.eks.addons,
  )
  before_nodes = toset(["vpc-cni", "kube-proxy", "eks-pod-identity-agent"])
  latest       = toset([for name, addon in local.addons : name if addon.version == "latest"])

  addon_versions = { for name, addon in local.addons : name => contains(local.latest, name) ? data.aws_eks_addon_version.latest[name].version : addon.version }
  addon_roles = {
    for name, addon in local.addons : name =>
    addon.service_account_role_arn != null ? addon.service_account_role_arn : try(aws_iam_role.service_account[name].arn, null)
  }
}

data "aws_eks_addon_version" "latest" {
  for_each = local.latest

  addon_name         = each.key
  kubernetes_version = local.eks.cluster_version
  most_recent        = true
}

resource "aws_eks_addon" "before_nodes" {
  for_each = { for name, addon in local.addons : name => addon if contains(local.before_nodes, name) }

  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.key
  addon_version               = local.addon_versions[each.key]
  configuration_values        = each.value.configuration_values
  service_account_role_arn    = local.addon_roles[each.key]
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "PRESERVE"
  tags                        = local.tags
}

resource "aws_eks_addon" "on_nodes" {
  for_each = { for name, addon in local.addons : name => addon if !contains(local.before_nodes, name) }

  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.key
  addon_version               = local.addon_versions[each.key]
  configuration_values        = each.value.configuration_values
  service_account_role_arn    = local.addon_roles[each.key]
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "PRESERVE"
  tags                        = local.tags

  depends_on = [aws_eks_node_group.on_demand, parapet_spot_node_group.spot]
}
