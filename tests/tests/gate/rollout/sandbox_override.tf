# Providers of examples/rollout-gate, pointed at a sandbox.

provider "aws" {
  region                      = var.region
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true

  endpoints {
    ec2 = var.endpoint
    elb = var.endpoint
    sts = var.endpoint
  }
}

provider "parapet" {
  region     = var.region
  access_key = "test"
  secret_key = "test"

  endpoints {
    elbv2 = var.endpoint
    sts   = var.endpoint
  }
}
