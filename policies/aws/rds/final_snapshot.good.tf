resource "aws_db_instance" "main" {
  identifier                  = "orders"
  engine                      = "postgres"
  instance_class              = "db.r6g.large"
  allocated_storage           = 50
  username                    = "orders"
  manage_master_user_password = true

  final_snapshot_identifier = "orders-last"
}

resource "aws_db_instance" "second" {
  identifier          = "orders-reader"
  instance_class      = "db.r6g.large"
  replicate_source_db = "orders"
  skip_final_snapshot = true
}
