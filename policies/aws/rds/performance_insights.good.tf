resource "aws_db_instance" "main" {
  identifier                  = "orders"
  engine                      = "postgres"
  instance_class              = "db.r6g.large"
  allocated_storage           = 50
  username                    = "orders"
  manage_master_user_password = true

  performance_insights_enabled = true
}

resource "aws_db_instance" "second" {
  identifier                  = "orders"
  allocated_storage           = 50
  username                    = "orders"
  manage_master_user_password = true

  engine         = "mysql"
  instance_class = "db.t3.micro"
}
