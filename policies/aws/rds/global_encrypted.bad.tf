resource "aws_rds_global_cluster" "main" {
  global_cluster_identifier = "ledger"
  engine                    = "aurora-postgresql"
}
