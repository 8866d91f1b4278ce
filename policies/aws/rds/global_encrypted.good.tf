resource "aws_rds_global_cluster" "main" {
  global_cluster_identifier = "ledger"
  engine                    = "aurora-postgresql"

  storage_encrypted = true
}

resource "aws_rds_global_cluster" "second" {
  global_cluster_identifier    = "archive"
  source_db_cluster_identifier = "arn:aws:rds:eu-west-1:111122223333:cluster:archive"
  force_destroy                = true
}
