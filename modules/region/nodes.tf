# Nodes: on demand by EKS itself, on the Spot market by parapet, which replaces types that no longer save anything.

locals {
  on_demand = { for name, group in local.node_groups : name => group if group.capacity_type == "ON_DEMAND" }
  spot      = { for name, group in local.node_groups : name => group if group.capacity_type == "SPOT" }
  node_policies = toset([
    "AmazonEKSWorkerNodePolicy",
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonEKS_CNI_Policy",
  ])
}

resource "aws_iam_role" "nodes" {
  name               = "${local.name}-nodes"
  assume_role_policy = data.aws_iam_policy_document.assumed_by["ec2"].json
  tags               = local.tags
}

resource "aws_iam_role_policy_attachment" "nodes" {
  for_each = local.node_policies

  role       = aws_iam_role.nodes.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/${each.key}"
}

# Encrypted disks, and metadata that a pod cannot reach through one hop.
resource "aws_launch_template" "nodes" {
  name                   = "${local.name}-nodes"
  update_default_version = true
  tags                   = local.tags

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      encrypted             = "true"
      volume_type           = "gp3"
      volume_size           = 50
      delete_on_termination = "true"
    }
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  monitoring {
    enabled = true
  }

  dynamic "tag_specifications" {
    for_each = toset(["instance", "volume"])

    content {
      resource_type = tag_specifications.value
      tags          = local.tags
    }
  }
}

resource "aws_eks_node_group" "on_demand" {
  for_each = local.on_demand

  cluster_name    = aws_eks_cluster.this.name
  node_group_name = each.key
  node_role_arn   = aws_iam_role.nodes.arn
  subnet_ids      = [for subnet in aws_subnet.private : subnet.id]
  capacity_type   = "ON_DEMAND"
  instance_types  = each.value.instance_types
  ami_type        = each.value.ami_type
  labels          = each.value.labels
  tags            = local.tags

  launch_template {
    id      = aws_launch_template.nodes.id
    version = tostring(aws_launch_template.nodes.latest_version)
  }

  scaling_config {
    min_size     = each.value.scaling_config.min_size
    max_size     = each.value.scaling_config.max_size
    desired_size = each.value.scaling_config.desired_size
  }

  update_config {
    max_unavailable_percentage = 25
  }

  dynamic "taint" {
    for_each = each.value.taints

    content {
      key    = taint.value.key
      value  = taint.value.value
      effect = taint.value.effect
    }
  }

  lifecycle {
    # The number of nodes is the autoscaler's.
    ignore_changes = [scaling_config[0].desired_size]
  }

  depends_on = [aws_eks_addon.before_nodes, aws_iam_role_policy_attachment.nodes]
}

resource "parapet_spot_node_group" "spot" {
  for_each = local.spot

  cluster_name            = aws_eks_cluster.this.name
  name                    = each.key
  node_role_arn           = aws_iam_role.nodes.arn
  subnet_ids              = [for subnet in aws_subnet.private : subnet.id]
  instance_types          = length(each.value.instance_types) > 0 ? each.value.instance_types : null
  min_instance_types      = each.value.spot.min_instance_types
  min_families            = each.value.spot.min_families
  min_savings_percent     = each.value.spot.min_savings_percent
  on_demand_base_capacity = each.value.spot.on_demand_base_capacity
  reselection             = length(each.value.instance_types) > 0 ? "pinned" : "on_breach"
  ami_type                = each.value.ami_type
  labels                  = each.value.labels
  taints                  = each.value.taints
  tags                    = local.tags

  dynamic "instance_requirements" {
    for_each = length(each.value.instance_types) > 0 ? [] : [each.value.spot]

    content {
      allowed_instance_types = instance_requirements.value.allowed_instance_types

      vcpu_count {
        min = instance_requirements.value.vcpu_count
        max = instance_requirements.value.vcpu_count
      }

      memory_mib {
        min = instance_requirements.value.memory_mib
        max = instance_requirements.value.memory_mib
      }
    }
  }

  launch_template {
    id      = aws_launch_template.nodes.id
    version = tostring(aws_launch_template.nodes.latest_version)
  }

  scaling {
    min             = each.value.scaling_config.min_size
    max             = each.value.scaling_config.max_size
    desired_initial = each.value.scaling_config.desired_size
  }

  update_config {
    max_unavailable_percentage = 25
  }

  depends_on = [aws_eks_addon.before_nodes, aws_iam_role_policy_attachment.nodes]
}
