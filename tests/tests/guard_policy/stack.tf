# An order service on a local AWS: right by default, wrong where a variable says so.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "3.39.0"
    }
  }
}

variable "endpoint" {
  type = string
}

variable "encrypted" {
  type    = bool
  default = true
}

variable "admin_network" {
  type    = string
  default = "10.0.0.0/8"
}

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  s3_force_path_style         = true

  endpoints {
    ec2 = var.endpoint
    eks = var.endpoint
    iam = var.endpoint
    kms = var.endpoint
    rds = var.endpoint
    s3  = var.endpoint
    sts = var.endpoint
  }
}

locals {
  tags = {
    CostCenter         = "4711"
    Compliance         = "soc2"
    DataClassification = "internal"
  }
}

resource "aws_vpc" "main" {
  cidr_block = "10.1.0.0/16"
  tags       = local.tags
}

resource "aws_subnet" "main" {
  count             = 2
  vpc_id            = aws_vpc.main.id
  cidr_block        = cidrsubnet(aws_vpc.main.cidr_block, 8, count.index)
  availability_zone = ["eu-west-1a", "eu-west-1b"][count.index]
  tags              = local.tags
}

resource "aws_security_group" "admin" {
  name        = "admin"
  description = "Administration"
  vpc_id      = aws_vpc.main.id
  tags        = local.tags
}

# The network is known only after apply, as that of a resource is.
resource "terraform_data" "network" {
  input = var.admin_network
}

resource "aws_security_group_rule" "admin" {
  security_group_id = aws_security_group.admin.id
  type              = "ingress"
  protocol          = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_blocks       = [terraform_data.network.output]
}

resource "aws_s3_bucket" "data" {
  bucket = "guard-data"
  acl    = "private"
  tags   = local.tags
}

resource "aws_db_subnet_group" "main" {
  name       = "orders"
  subnet_ids = aws_subnet.main[*].id
  tags       = local.tags
}

resource "aws_db_instance" "orders" {
  identifier           = "orders"
  engine               = "postgres"
  engine_version       = "13.3"
  instance_class       = "db.t3.medium"
  allocated_storage    = 20
  username             = "service"
  password             = "correct-horse-battery-staple"
  db_subnet_group_name = aws_db_subnet_group.main.name
  skip_final_snapshot  = true
  storage_encrypted    = var.encrypted
  tags                 = local.tags
}

resource "aws_iam_role" "cluster" {
  name = "cluster"
  tags = local.tags

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "eks.amazonaws.com" } }]
  })
}

resource "aws_eks_cluster" "main" {
  name     = "orders"
  role_arn = aws_iam_role.cluster.arn
  tags     = local.tags

  vpc_config {
    subnet_ids              = aws_subnet.main[*].id
    endpoint_public_access  = false
    endpoint_private_access = true
  }
}
