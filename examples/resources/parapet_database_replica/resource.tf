resource "parapet_database_replica" "standby" {
  region                 = "us-east-2"
  identifier             = "orders-standby"
  source_db_instance_arn = "arn:aws:rds:eu-west-1:123456789012:db:orders"
  instance_class         = "db.r6g.large"

  # The source is encrypted, and a key does not leave its region.
  kms_key_id = "arn:aws:kms:us-east-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"

  # Used only if the instance is a primary by then.
  final_snapshot_identifier = "orders-standby-final"

  deletion_protection = true
}
