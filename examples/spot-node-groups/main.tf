# A cluster with three groups of nodes: what the cluster itself needs, on demand; the application, on the Spot market; and nodes
# with a GPU that exist only while somebody needs them.

data "aws_availability_zones" "available" {
  state = "available"
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
  tags       = { Name = var.name }
}

# Who spoke to whom, for a year.
resource "aws_flow_log" "main" {
  vpc_id          = aws_vpc.main.id
  traffic_type    = "ALL"
  log_destination = aws_cloudwatch_log_group.flows.arn
  iam_role_arn    = aws_iam_role.flows.arn
}

resource "aws_cloudwatch_log_group" "flows" {
  name              = "/${var.name}/flows"
  retention_in_days = 365
}

resource "aws_iam_role" "flows" {
  name               = "${var.name}-flows"
  assume_role_policy = data.aws_iam_policy_document.assumed_by["vpc-flow-logs.amazonaws.com"].json
}

resource "aws_iam_role_policy" "flows" {
  name   = "write"
  role   = aws_iam_role.flows.name
  policy = data.aws_iam_policy_document.flows.json
}

data "aws_iam_policy_document" "flows" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
    resources = ["${aws_cloudwatch_log_group.flows.arn}:*"]
  }
}

resource "aws_subnet" "nodes" {
  count             = 3
  vpc_id            = aws_vpc.main.id
  availability_zone = data.aws_availability_zones.available.names[count.index]
  cidr_block        = cidrsubnet(aws_vpc.main.cidr_block, 4, count.index)
  tags              = { Name = "${var.name}-nodes-${count.index}" }
}

resource "aws_iam_role" "cluster" {
  name               = "${var.name}-cluster"
  assume_role_policy = data.aws_iam_policy_document.assumed_by["eks.amazonaws.com"].json
}

resource "aws_iam_role" "nodes" {
  name               = "${var.name}-nodes"
  assume_role_policy = data.aws_iam_policy_document.assumed_by["ec2.amazonaws.com"].json
}

data "aws_iam_policy_document" "assumed_by" {
  for_each = toset(["eks.amazonaws.com", "ec2.amazonaws.com", "vpc-flow-logs.amazonaws.com"])

  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = [each.key]
    }
  }
}

resource "aws_iam_role_policy_attachment" "cluster" {
  role       = aws_iam_role.cluster.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"
}

resource "aws_iam_role_policy_attachment" "nodes" {
  for_each = toset(["AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryReadOnly"])

  role       = aws_iam_role.nodes.name
  policy_arn = "arn:aws:iam::aws:policy/${each.key}"
}

# Secrets of the cluster are encrypted with it.
resource "aws_kms_key" "cluster" {
  description         = "Secrets of ${var.name}"
  enable_key_rotation = true
}

resource "aws_eks_cluster" "main" {
  name                      = var.name
  role_arn                  = aws_iam_role.cluster.arn
  enabled_cluster_log_types = ["audit", "authenticator"]

  # Nodes reach the API inside the VPC; from outside only the networks that are named do.
  vpc_config {
    subnet_ids              = aws_subnet.nodes[*].id
    endpoint_private_access = true
    endpoint_public_access  = length(var.api_access_cidrs) > 0
    public_access_cidrs     = var.api_access_cidrs
  }

  encryption_config {
    resources = ["secrets"]

    provider {
      key_arn = aws_kms_key.cluster.arn
    }
  }

  depends_on = [aws_iam_role_policy_attachment.cluster]
}

# CoreDNS and its like: never interrupted, and nothing else runs here.
resource "parapet_spot_node_group" "system" {
  cluster_name  = aws_eks_cluster.main.name
  name          = "system"
  node_role_arn = aws_iam_role.nodes.arn
  subnet_ids    = aws_subnet.nodes[*].id

  on_demand_percentage_above_base = 100

  scaling {
    min             = 2
    max             = 4
    desired_initial = 2
  }

  instance_requirements {
    vcpu_count {
      min = 2
      max = 2
    }
    memory_mib {
      min = 8192
      max = 8192
    }
  }

  min_instance_types = 5

  taints = [{ key = "CriticalAddonsOnly", value = "true", effect = "NO_SCHEDULE" }]

  depends_on = [aws_iam_role_policy_attachment.nodes]
}

# Interrupted now and then, and cheap: at least three families, so that they do not all run dry at once.
resource "parapet_spot_node_group" "application" {
  cluster_name  = aws_eks_cluster.main.name
  name          = "application"
  node_role_arn = aws_iam_role.nodes.arn
  subnet_ids    = aws_subnet.nodes[*].id

  scaling {
    min             = 3
    max             = 20
    desired_initial = 6
  }

  instance_requirements {
    vcpu_count {
      min = var.application_vcpu
      max = var.application_vcpu
    }
    memory_mib {
      min = 4 * 1024 * var.application_vcpu
      max = 4 * 1024 * var.application_vcpu
    }
    allowed_instance_types = ["m5*", "m6*", "m7*"]
  }

  min_instance_types  = 5
  min_families        = 3
  min_savings_percent = var.min_savings_percent
  reselection         = "on_breach"

  labels = var.application_labels

  update_config {
    max_unavailable_percentage = 25
  }

  depends_on = [aws_iam_role_policy_attachment.nodes]
}

# From no node at all: Cluster Autoscaler starts one when a pod asks for a GPU.
resource "parapet_spot_node_group" "gpu" {
  cluster_name  = aws_eks_cluster.main.name
  name          = "gpu"
  node_role_arn = aws_iam_role.nodes.arn
  subnet_ids    = aws_subnet.nodes[*].id

  scaling {
    min             = 0
    max             = 5
    desired_initial = 0
  }

  instance_requirements {
    vcpu_count {
      min = 4
      max = 8
    }
    gpu {
      manufacturers = ["NVIDIA"]
      count {
        min = 1
        max = 1
      }
    }
  }

  min_instance_types  = 2
  min_families        = 2
  min_savings_percent = var.min_savings_percent

  labels = { accelerator = "nvidia" }
  taints = [{ key = "nvidia.com/gpu", value = "present", effect = "NO_SCHEDULE" }]

  depends_on = [aws_iam_role_policy_attachment.nodes]
}
