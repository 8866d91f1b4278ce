# What each region has: a network, a key, and the load balancer that the accelerator sends traffic to.

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

data "aws_availability_zones" "available" {
  state = "available"
}

resource "aws_vpc" "this" {
  cidr_block           = var.cidr_block
  enable_dns_hostnames = true
  tags                 = { Name = var.name }
}

resource "aws_subnet" "this" {
  count             = 2
  vpc_id            = aws_vpc.this.id
  cidr_block        = cidrsubnet(var.cidr_block, 4, count.index)
  availability_zone = data.aws_availability_zones.available.names[count.index]
  tags              = { Name = "${var.name}-${count.index}" }
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id
}

resource "aws_kms_key" "this" {
  description         = "Storage of ${var.name}"
  enable_key_rotation = true
}

resource "aws_security_group" "database" {
  name        = "${var.name}-database"
  description = "The service may reach its database."
  vpc_id      = aws_vpc.this.id

  ingress {
    description = "PostgreSQL from inside the network"
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = [var.cidr_block]
  }
}

resource "aws_db_subnet_group" "this" {
  name       = var.name
  subnet_ids = aws_subnet.this[*].id
}

resource "aws_lb" "this" {
  name               = var.name
  load_balancer_type = "network"
  subnets            = aws_subnet.this[*].id
  depends_on         = [aws_internet_gateway.this]
}

# One record for each service; a failover into this region is coordinated here.
resource "aws_dynamodb_table" "failover" {
  name         = "parapet-failover"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "LockID"

  attribute {
    name = "LockID"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }
}
