# Providers of examples/spot-node-groups, pointed at a sandbox.

provider "aws" {
  region                      = var.region
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true

  endpoints {
    cloudwatchlogs = var.endpoint
    ec2            = var.endpoint
    eks            = var.endpoint
    iam            = var.endpoint
    kms            = var.endpoint
    sts            = var.endpoint
  }
}

provider "parapet" {
  region     = var.region
  access_key = "test"
  secret_key = "test"

  endpoints {
    ec2     = var.endpoint
    eks     = var.endpoint
    pricing = var.endpoint
    s3      = var.endpoint
  }

  policy {
    fail_on = "high"
  }
}
