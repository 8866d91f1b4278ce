# Guardrails of a platform in two European regions.

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
  region = "eu-west-1"
}

provider "parapet" {}

module "guardrails" {
  source = "../.."

  name            = "shop"
  allowed_regions = ["eu-*"]

  platform = {
    environment = "production"
    regions     = var.regions
    rpo_seconds = 60
    rto_minutes = 15

    tags = {
      DataClassification = "Confidential"
      Compliance         = "SOC2,GDPR"
      CostCenter         = "Engineering"
    }
  }

  budget = {
    limit_usd            = 12000
    mode                 = "enforce"
    max_increase_percent = 20
    emails               = ["platform@example.com"]
  }

  baseline_regions = ["eu-west-1", "eu-central-1"]
}
