resource "aws_eks_node_group" "application" {
  cluster_name    = "main"
  node_group_name = "application"
  node_role_arn   = "arn:aws:iam::111122223333:role/node"
  subnet_ids      = ["subnet-0123456789abcdef0"]
  capacity_type   = "SPOT"
  instance_types  = ["m5.xlarge", "m5a.xlarge", "m5n.xlarge"]

  scaling_config {
    min_size     = 3
    desired_size = 6
    max_size     = 20
  }
}

resource "parapet_spot_node_group" "batch" {
  cluster_name       = "main"
  name               = "batch"
  node_role_arn      = "arn:aws:iam::111122223333:role/node"
  subnet_ids         = ["subnet-0123456789abcdef0"]
  min_instance_types = 3
}
