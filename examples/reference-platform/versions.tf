terraform {
  required_version = ">= 1.11.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0"
    }
    parapet = {
      source = "parapet-io/parapet"
    }
  }
}

provider "aws" {
  alias  = "primary"
  region = var.primary_region
}

provider "aws" {
  alias  = "dr"
  region = var.dr_region
}

provider "parapet" {
  alias  = "primary"
  region = var.primary_region

  policy {
    fail_on = "high"
  }
}

provider "parapet" {
  alias  = "dr"
  region = var.dr_region

  policy {
    fail_on = "high"
  }
}
