resource "aws_eks_node_group" "system" {
  cluster_name    = "main"
  node_group_name = "system"
  node_role_arn   = "arn:aws:iam::111122223333:role/node"
  subnet_ids      = ["subnet-0123456789abcdef0"]
  capacity_type   = "ON_DEMAND"
  instance_types  = ["m5.large", "m5a.large", "m6i.large", "m6a.large", "m7i.large"]

  scaling_config {
    min_size     = 2
    desired_size = 2
    max_size     = 4
  }

  taint {
    key    = "CriticalAddonsOnly"
    value  = "true"
    effect = "NO_SCHEDULE"
  }
}

resource "parapet_spot_node_group" "checkout" {
  cluster_name            = "main"
  name                    = "checkout"
  node_role_arn           = "arn:aws:iam::111122223333:role/node"
  subnet_ids              = ["subnet-0123456789abcdef0"]
  on_demand_base_capacity = 2
  labels                  = { tier = "critical" }
}
