resource "parapet_spot_node_group" "batch" {
  cluster_name        = "main"
  name                = "batch"
  node_role_arn       = "arn:aws:iam::111122223333:role/node"
  subnet_ids          = ["subnet-0123456789abcdef0"]
  min_savings_percent = 5
}
