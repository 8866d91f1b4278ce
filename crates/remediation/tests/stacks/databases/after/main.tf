resource "aws_db_instance" "orders" {
  identifier           = "orders"
  engine               = "postgres"
  engine_version       = "13.4"
  instance_class       = "db.m5.large"
  allocated_storage    = 100
  storage_type         = "gp3"
  storage_encrypted    = true
  username             = "app"
  password             = var.password
  db_subnet_group_name = "main"
  skip_final_snapshot  = true
}

resource "aws_db_instance" "reports" {
  identifier           = "reports"
  engine               = "mysql"
  engine_version       = "8.0.28"
  instance_class       = "db.t3.small"
  allocated_storage    = 500
  storage_type         = "gp3"
  storage_encrypted    = true
  username             = "app"
  password             = var.password
  db_subnet_group_name = "main"
  skip_final_snapshot  = true
}

# gp3 of this size has half the throughput.
resource "aws_db_instance" "events" {
  identifier           = "events"
  engine               = "postgres"
  engine_version       = "13.4"
  instance_class       = "db.r5.large"
  allocated_storage    = 300
  storage_type         = "gp2"
  storage_encrypted    = true
  username             = "app"
  password             = var.password
  db_subnet_group_name = "main"
  skip_final_snapshot  = true
}

resource "aws_rds_cluster_instance" "shop" {
  count = 2

  identifier         = "shop-${count.index}"
  cluster_identifier = "shop"
  instance_class     = "db.r5.large"
  engine             = "aurora-mysql"
}

variable "password" {
  type      = string
  sensitive = true
  default   = "held-in-secrets-manager"
}
