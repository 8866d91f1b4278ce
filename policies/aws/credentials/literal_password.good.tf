resource "aws_db_instance" "main" {
  identifier                  = "orders"
  engine                      = "postgres"
  instance_class              = "db.r6g.large"
  allocated_storage           = 50
  username                    = "orders"
  manage_master_user_password = true
}

resource "aws_db_instance" "second" {
  identifier        = "orders"
  engine            = "postgres"
  instance_class    = "db.r6g.large"
  allocated_storage = 50
  username          = "orders"
  password          = var.password
}

variable "password" {
  type      = string
  sensitive = true
}
