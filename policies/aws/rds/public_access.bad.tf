resource "aws_db_instance" "orders" {
  identifier        = "orders"
  engine            = "postgres"
  instance_class    = "db.t3.medium"
  allocated_storage = 50
  username          = "orders"
  password          = var.password

  publicly_accessible = true
}

resource "aws_rds_cluster_instance" "ledger" {
  identifier          = "ledger-1"
  cluster_identifier  = "ledger"
  engine              = "aurora-postgresql"
  instance_class      = "db.r6g.large"
  publicly_accessible = true
}

variable "password" {
  type      = string
  sensitive = true
}
