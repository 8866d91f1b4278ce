resource "aws_redshift_cluster" "main" {
  cluster_identifier     = "warehouse"
  node_type              = "ra3.large"
  master_username        = "warehouse"
  manage_master_password = true

  enhanced_vpc_routing = true
}
