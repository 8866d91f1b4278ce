# A region by itself, with what the reference stack asks for.

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
  region = var.region
}

provider "parapet" {
  region = var.region
}

module "region" {
  source = "../.."

  region      = var.region
  environment = "production"

  vpc_config = {
    cidr_block = "10.0.0.0/16"
  }

  eks_config = {
    cluster_version = "1.35"

    node_groups = {
      system = {
        instance_types = ["m5.large", "m5a.large"]
        scaling_config = { min_size = 2, max_size = 4, desired_size = 2 }
        taints         = [{ key = "CriticalAddonsOnly", value = "true", effect = "NO_SCHEDULE" }]
      }

      # Types are chosen while Terraform plans: of this shape, of at least three families, and at least 30% below on demand.
      application = {
        capacity_type  = "SPOT"
        scaling_config = { min_size = 3, max_size = 20, desired_size = 6 }
        labels         = { workload = "application" }

        spot = {
          vcpu_count              = 4
          memory_mib              = 16384
          allowed_instance_types  = ["m5*", "m6*", "m7*"]
          min_instance_types      = 5
          min_families            = 3
          on_demand_base_capacity = 2
        }
      }
    }

    addons = {
      vpc-cni = {
        configuration_values = jsonencode({ enableNetworkPolicy = "true" })
      }
      aws-ebs-csi-driver = {
        version = "latest"
      }
    }
  }

  database_config = {
    engine_version    = "16.4"
    instance_class    = "db.r6g.large"
    allocated_storage = 100
  }

  redis_config = {
    node_type = "cache.r6g.large"
  }

  redis_auth_token = var.redis_auth_token

  tags = {
    DataClassification = "Confidential"
    Compliance         = "SOC2,GDPR"
    CostCenter         = "Engineering"
  }
}
