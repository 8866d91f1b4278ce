resource "aws_eks_node_group" "database" {
  cluster_name    = "main"
  node_group_name = "database"
  node_role_arn   = "arn:aws:iam::111122223333:role/node"
  subnet_ids      = ["subnet-0123456789abcdef0"]
  capacity_type   = "SPOT"
  instance_types  = ["r6i.xlarge", "r6a.xlarge", "r5.xlarge", "r5a.xlarge", "r7i.xlarge"]

  scaling_config {
    min_size     = 3
    desired_size = 3
    max_size     = 5
  }

  taint {
    key    = "workload"
    value  = "database"
    effect = "NO_SCHEDULE"
  }
}
