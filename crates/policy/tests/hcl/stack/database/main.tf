variable "identifier" {}
variable "key" {}
variable "password" { sensitive = true }
variable "groups" {}
variable "encrypted" { type = bool }

resource "aws_db_instance" "this" {
  identifier             = var.identifier
  engine                 = "postgres"
  instance_class         = "db.t4g.medium"
  allocated_storage      = "20"
  username               = "app"
  password               = var.password
  storage_encrypted      = var.encrypted
  kms_key_id             = var.encrypted ? var.key : null
  vpc_security_group_ids = var.groups
  skip_final_snapshot    = true
}

module "replica" {
  source   = "./replica"
  for_each = var.encrypted ? toset(["a", "b"]) : toset([])

  name   = "${var.identifier}-${each.value}"
  origin = aws_db_instance.this.identifier
}
