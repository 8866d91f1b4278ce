terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 3.39"
    }
  }
}

provider "aws" {
  region = "us-east-1"
}

module "bastion" {
  source = "../../modules/instance"

  name = "bastion"
  type = var.bastion_type
}

module "runner" {
  source = "../../modules/instance"

  name = "runner"
}
