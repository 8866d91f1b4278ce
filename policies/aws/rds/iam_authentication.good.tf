resource "aws_db_instance" "main" {
  identifier                  = "orders"
  engine                      = "postgres"
  instance_class              = "db.r6g.large"
  allocated_storage           = 50
  username                    = "orders"
  manage_master_user_password = true

  iam_database_authentication_enabled = true
}

resource "aws_db_instance" "second" {
  identifier                  = "orders"
  instance_class              = "db.r6g.large"
  allocated_storage           = 50
  username                    = "orders"
  manage_master_user_password = true

  engine = "sqlserver-ex"
}
