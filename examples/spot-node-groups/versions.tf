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

  default_tags {
    tags = var.tags
  }
}

provider "parapet" {
  region = var.region

  default_tags {
    tags = merge(var.tags, { cluster = var.name })
  }

  # There are fewer than five instance types with one GPU of equal size, which is worth a warning and no stop.
  policy {
    fail_on = "high"
  }
}
