resource "aws_docdb_cluster" "main" {
  cluster_identifier          = "catalogue"
  master_username             = "catalogue"
  manage_master_user_password = true

  enabled_cloudwatch_logs_exports = ["profiler"]
}
