resource "aws_docdb_cluster" "main" {
  cluster_identifier          = "catalogue"
  master_username             = "catalogue"
  manage_master_user_password = true
}
