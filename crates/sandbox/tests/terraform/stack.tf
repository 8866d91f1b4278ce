terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

variable "endpoint" {
  type = string
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_get_ec2_platforms      = true
  skip_requesting_account_id  = true

  endpoints {
    globalaccelerator = var.endpoint
    rds               = var.endpoint
  }
}

provider "aws" {
  alias                       = "other"
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_get_ec2_platforms      = true
  skip_requesting_account_id  = true

  endpoints {
    rds = var.endpoint
  }
}

resource "aws_db_subnet_group" "main" {
  name       = "main"
  subnet_ids = ["subnet-1", "subnet-2"]
}

resource "aws_db_instance" "main" {
  identifier              = "orders"
  engine                  = "postgres"
  engine_version          = "16.8"
  instance_class          = "db.t3.medium"
  allocated_storage       = 20
  username                = "app"
  password                = "only-for-this-test"
  storage_encrypted       = true
  backup_retention_period = 7
  db_subnet_group_name    = aws_db_subnet_group.main.name
  skip_final_snapshot     = true

  tags = {
    team = "orders"
  }
}

resource "aws_db_instance" "replica" {
  provider = aws.other

  identifier          = "orders-replica"
  replicate_source_db = aws_db_instance.main.arn
  instance_class      = "db.t3.medium"
  storage_encrypted   = true
  kms_key_id          = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  skip_final_snapshot = true
}

resource "aws_rds_global_cluster" "main" {
  global_cluster_identifier = "world"
  engine                    = "aurora-postgresql"
  engine_version            = "16.8"
}

resource "aws_rds_cluster" "main" {
  cluster_identifier        = "first"
  engine                    = "aurora-postgresql"
  engine_version            = "16.8"
  global_cluster_identifier = aws_rds_global_cluster.main.id
  master_username           = "app"
  master_password           = "only-for-this-test"
  skip_final_snapshot       = true
}

resource "aws_rds_cluster_instance" "main" {
  identifier         = "first-1"
  cluster_identifier = aws_rds_cluster.main.id
  engine             = "aurora-postgresql"
  instance_class     = "db.r6g.large"
}

resource "aws_globalaccelerator_accelerator" "main" {
  name = "front"

  tags = {
    team = "orders"
  }
}

resource "aws_globalaccelerator_listener" "main" {
  accelerator_arn = aws_globalaccelerator_accelerator.main.id
  protocol        = "TCP"

  port_range {
    from_port = 443
    to_port   = 443
  }
}

resource "aws_globalaccelerator_endpoint_group" "main" {
  listener_arn          = aws_globalaccelerator_listener.main.id
  endpoint_group_region = "us-east-1"

  endpoint_configuration {
    endpoint_id = "eipalloc-0123456789abcdef0"
    weight      = 0
  }
}
