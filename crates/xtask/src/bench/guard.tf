# Resources that the rules find nothing in: what is measured is judging, not the printing of what is wrong.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "3.39.0"
    }
  }
}

provider "aws" {
  region                      = "eu-central-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_get_ec2_platforms      = true
  s3_force_path_style         = true
}

# A rule finds passwords that are written here; the benchmark gives it as TF_VAR_password.
variable "password" {
  type = string
}

locals {
  tags = {
    CostCenter         = "4711"
    Compliance         = "soc2"
    DataClassification = "internal"
  }
}

resource "aws_kms_key" "it" {
  count                   = EACH
  description             = "key ${count.index}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  tags                    = local.tags
}

resource "aws_ebs_volume" "it" {
  count             = EACH
  availability_zone = "eu-central-1a"
  size              = 10
  encrypted         = true
  kms_key_id        = aws_kms_key.it[count.index].arn
  tags              = local.tags
}

resource "aws_security_group" "it" {
  count       = EACH
  name        = "group-${count.index}"
  description = "group ${count.index}"
  tags        = local.tags

  ingress {
    description = "inside"
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["10.0.0.0/8"]
  }
}

resource "aws_db_instance" "it" {
  count                               = EACH
  identifier                          = "db-${count.index}"
  engine                              = "postgres"
  engine_version                      = "13.3"
  instance_class                      = "db.t3.medium"
  allocated_storage                   = 20
  username                            = "service"
  password                            = var.password
  storage_encrypted                   = true
  kms_key_id                          = aws_kms_key.it[count.index].arn
  multi_az                            = true
  deletion_protection                 = true
  backup_retention_period             = 14
  iam_database_authentication_enabled = true
  enabled_cloudwatch_logs_exports     = ["postgresql"]
  performance_insights_enabled        = true
  performance_insights_kms_key_id     = aws_kms_key.it[count.index].arn
  monitoring_interval                 = 60
  monitoring_role_arn                 = "arn:aws:iam::123456789012:role/monitoring"
  tags                                = local.tags
}

resource "aws_cloudwatch_log_group" "it" {
  count             = LAST
  name              = "/group/${count.index}"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.it[count.index].arn
  tags              = local.tags
}
