resource "aws_db_parameter_group" "main" {
  name   = "orders"
  family = "postgres16"
}

resource "aws_db_parameter_group" "second" {
  name   = "orders"
  family = "postgres16"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }
}
