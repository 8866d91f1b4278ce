terraform {
  required_version = ">= 1.11.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 3.39.0"
    }
    parapet = {
      source = "parapet-io/parapet"
    }
  }
}

provider "aws" {
  region = var.region
}

provider "parapet" {
  region = var.region
}
