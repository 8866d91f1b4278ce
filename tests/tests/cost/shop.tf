# What is priced. m5.large costs $0.096 an hour in us-east-1, gp2 $0.10 and gp3 $0.08 a GiB.

variable "instances" {
  type    = number
  default = 1
}

variable "type" {
  type    = string
  default = "m5.large"
}

provider "aws" {
  region = "us-east-1"
}

resource "aws_instance" "web" {
  count = var.instances

  ami           = "ami-0abcdef1234567890"
  instance_type = var.type
  tags          = { CostCenter = "Engineering" }

  root_block_device {
    volume_type = "gp3"
    volume_size = 10
  }
}

resource "aws_ebs_volume" "data" {
  availability_zone = "us-east-1a"
  size              = 500
  type              = "gp2"
  tags              = { CostCenter = "Research" }
}

resource "aws_ebs_volume" "archive" {
  availability_zone = "us-east-1b"
  size              = 100
  type              = "gp3"
}

resource "aws_s3_bucket" "logs" {
  bucket_prefix = "logs-"
}
