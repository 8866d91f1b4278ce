# Roles for service accounts: what a pod may do in AWS is its own, and not the node's.

locals {
  issuer = try(replace(aws_eks_cluster.this.identity[0].oidc[0].issuer, "https://", ""), "")

  # Service account and AWS policy of what the module itself gives a role to.
  service_accounts = {
    for name, it in {
      aws-ebs-csi-driver = {
        wanted  = contains(keys(local.addons), "aws-ebs-csi-driver")
        account = "kube-system:ebs-csi-controller-sa"
        policy  = "service-role/AmazonEBSCSIDriverPolicy"
      }
      cluster-autoscaler = {
        wanted  = local.eks.enable_cluster_autoscaler
        account = "kube-system:cluster-autoscaler"
        policy  = null
      }
    } : name => it if it.wanted && local.eks.enable_irsa
  }
}

resource "aws_iam_openid_connect_provider" "cluster" {
  count = local.eks.enable_irsa ? 1 : 0

  url            = aws_eks_cluster.this.identity[0].oidc[0].issuer
  client_id_list = ["sts.amazonaws.com"]
  tags           = local.tags
}

data "aws_iam_policy_document" "service_account" {
  for_each = local.service_accounts

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.cluster[0].arn]
    }

    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:sub"
      values   = ["system:serviceaccount:${each.value.account}"]
    }

    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:aud"
      values   = ["sts.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "service_account" {
  for_each = local.service_accounts

  # A role's name has at most 64 characters.
  name               = "${local.name}-${each.key}"
  assume_role_policy = data.aws_iam_policy_document.service_account[each.key].json
  tags               = local.tags
}

resource "aws_iam_role_policy_attachment" "service_account" {
  for_each = { for name, it in local.service_accounts : name => it if it.policy != null }

  role       = aws_iam_role.service_account[each.key].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/${each.value.policy}"
}

data "aws_iam_policy_document" "autoscaler" {
  statement {
    sid = "Look"
    actions = [
      "autoscaling:DescribeAutoScalingGroups",
      "autoscaling:DescribeAutoScalingInstances",
      "autoscaling:DescribeLaunchConfigurations",
      "autoscaling:DescribeScalingActivities",
      "autoscaling:DescribeTags",
      "ec2:DescribeImages",
      "ec2:DescribeInstanceTypes",
      "ec2:DescribeLaunchTemplateVersions",
      "ec2:GetInstanceTypesFromInstanceRequirements",
      "eks:DescribeNodegroup",
    ]
    resources = ["*"]
  }

  statement {
    sid       = "ScaleThisCluster"
    actions   = ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"]
    resources = ["arn:${local.partition}:autoscaling:${var.region}:${local.account}:autoScalingGroup:*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/k8s.io/cluster-autoscaler/${local.name}"
      values   = ["owned"]
    }
  }
}

resource "aws_iam_role_policy" "autoscaler" {
  count = contains(keys(local.service_accounts), "cluster-autoscaler") ? 1 : 0

  name   = "scale"
  role   = aws_iam_role.service_account["cluster-autoscaler"].name
  policy = data.aws_iam_policy_document.autoscaler.json
}
