# Load balancers and the primary database exist; the replica, the accelerator and the failover are made here.

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

provider "parapet" {
  region = "eu-west-1"
}

module "failover" {
  source = "../.."

  name           = "orders"
  active_region  = var.active_region
  confirm_region = var.confirm_region
  alarm_emails   = ["on-call@example.com"]

  regions = [
    {
      region                 = "eu-west-1"
      db_instance_identifier = "orders"
      load_balancer_arn      = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/orders/50dc6c495c0c9188"
      target_group           = { arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/orders/6d0ecf831eec9f09" }
    },
    {
      region            = "eu-central-1"
      load_balancer_arn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/orders/7a3c1b2d4e5f6071"
      target_group      = { arn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/orders/6d0ecf831eec9f09" }

      replica = {
        identifier             = "orders-standby"
        source_db_instance_arn = "arn:aws:rds:eu-west-1:123456789012:db:orders"
        instance_class         = "db.r6g.large"
        kms_key_id             = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
        db_subnet_group_name   = "orders"
        vpc_security_group_ids = ["sg-0123456789abcdef0"]
      }
    },
  ]

  tags = {
    Environment        = "production"
    DataClassification = "Confidential"
    Compliance         = "SOC2,GDPR"
    CostCenter         = "Engineering"
  }
}
