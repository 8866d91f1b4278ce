resource "aws_db_instance" "main" {
  identifier        = "orders"
  engine            = "postgres"
  instance_class    = "db.r6g.large"
  allocated_storage = 50
  username          = "orders"
  password          = "hunter2hunter2"
}
