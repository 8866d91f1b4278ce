resource "aws_eks_node_group" "batch" {
  cluster_name    = "main"
  node_group_name = "batch"
  node_role_arn   = "arn:aws:iam::111122223333:role/node"
  subnet_ids      = ["subnet-0123456789abcdef0"]
  capacity_type   = "ON_DEMAND"
  instance_types  = ["m5.xlarge", "m5a.xlarge", "m5n.xlarge", "m6i.xlarge", "m6a.xlarge"]
  labels          = { lifecycle = "spot" }

  scaling_config {
    min_size     = 0
    desired_size = 0
    max_size     = 20
  }
}
