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

variable "team" {
  type    = string
  default = "orders"
}

variable "least" {
  type    = number
  default = 1
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
    ec2 = var.endpoint
    eks = var.endpoint
    iam = var.endpoint
  }
}

data "aws_ec2_instance_type" "chosen" {
  instance_type = "m5.xlarge"
}

data "aws_ec2_spot_price" "chosen" {
  instance_type     = data.aws_ec2_instance_type.chosen.instance_type
  availability_zone = "us-east-1a"

  filter {
    name   = "product-description"
    values = ["Linux/UNIX"]
  }
}

output "spot" {
  value = [data.aws_ec2_instance_type.chosen.default_vcpus, data.aws_ec2_spot_price.chosen.spot_price]
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "main" {
  count             = 2
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.0.${count.index}.0/24"
  availability_zone = ["us-east-1a", "us-east-1b"][count.index]
}

resource "aws_iam_role" "main" {
  name               = "nodes"
  assume_role_policy = "{}"
}

resource "aws_eks_cluster" "main" {
  name     = "main"
  role_arn = aws_iam_role.main.arn

  vpc_config {
    subnet_ids = aws_subnet.main[*].id
  }
}

resource "aws_eks_node_group" "spot" {
  cluster_name    = aws_eks_cluster.main.name
  node_group_name = "spot"
  node_role_arn   = aws_iam_role.main.arn
  subnet_ids      = aws_subnet.main[*].id
  capacity_type   = "SPOT"
  instance_types  = [data.aws_ec2_instance_type.chosen.instance_type, "m6i.xlarge"]

  labels = {
    team = var.team
  }

  scaling_config {
    desired_size = 2
    max_size     = 4
    min_size     = var.least
  }

  tags = {
    team = var.team
  }
}
