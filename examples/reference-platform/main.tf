# A platform in two regions: everything a team would copy. The primary region serves; the DR region is a warm standby; an
# accelerator sends the traffic to the active one.
#
#   terraform apply                                                                    builds it
#   terraform apply -var active_region=eu-central-1 -var confirm_region=eu-central-1   fails over

locals {
  active_region = coalesce(var.active_region, var.primary_region)
  rpo_seconds   = 60
  rto_minutes   = 15

  common_tags = {
    DataClassification = "Confidential"
    Compliance         = "SOC2,GDPR"
    CostCenter         = "Engineering"
  }
}

# Judged before anything else is planned.
module "guardrails" {
  source    = "../../modules/guardrails"
  providers = { aws = aws.primary, parapet = parapet.primary }

  name             = var.project_name
  allowed_regions  = ["eu-*"]
  baseline_regions = [var.primary_region, var.dr_region]

  platform = {
    environment         = var.environment
    regions             = [var.primary_region, var.dr_region]
    tags                = local.common_tags
    deletion_protection = var.deletion_protection
    rpo_seconds         = local.rpo_seconds
    rto_minutes         = local.rto_minutes
  }

  # A stack that is meant to be destroyed again is not production.
  enforcement = var.deletion_protection ? "mandatory" : "advisory"

  budget = {
    limit_usd            = var.monthly_budget_usd
    max_increase_percent = 20
    emails               = [var.on_call]
  }

  # What the estimate depends on and may come from -var.
  cost_variables = {
    primary_region     = var.primary_region
    dr_region          = var.dr_region
    active_region      = var.active_region
    certificate_arns   = var.certificate_arns
    monthly_budget_usd = var.monthly_budget_usd
  }
}

module "primary_region" {
  source    = "../../modules/region"
  providers = { aws = aws.primary, parapet = parapet.primary }

  name        = var.project_name
  region      = var.primary_region
  environment = var.environment

  vpc_config = {
    cidr_block           = var.vpc_cidr
    enable_flow_logs     = true
    flow_logs_retention  = 365
    enable_vpc_endpoints = true
    endpoint_services    = ["s3", "ecr", "logs", "monitoring"]
  }

  eks_config = {
    cluster_version           = "1.35"
    enable_irsa               = true
    enable_cluster_autoscaler = true
    enable_metrics_server     = true
    admin_role_arns           = var.admin_role_arns

    node_groups = {
      # CoreDNS and its like: never interrupted, and nothing else runs here.
      system = {
        instance_types = ["m5.large", "m5a.large"]
        scaling_config = { min_size = 2, max_size = 4, desired_size = 2 }
        taints         = [{ key = "CriticalAddonsOnly", value = "true", effect = "NO_SCHEDULE" }]
      }

      # Interrupted now and then, and cheap: of three families at least, so that they do not all run dry at once.
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
        version              = "latest"
        configuration_values = jsonencode({ enableNetworkPolicy = "true" })
      }
      kube-proxy = { version = "latest" }
      coredns = {
        version = "latest"
        configuration_values = jsonencode({
          replicaCount = 3
          tolerations  = [{ key = "CriticalAddonsOnly", operator = "Exists" }]
        })
      }
      aws-ebs-csi-driver = { version = "latest" }
    }
  }

  database_config = {
    engine                          = "postgres"
    engine_version                  = "16.4"
    instance_class                  = "db.r6g.xlarge"
    allocated_storage               = 100
    storage_encrypted               = true
    multi_az                        = true
    performance_insights_enabled    = true
    enabled_cloudwatch_logs_exports = ["postgresql"]
    monitoring_interval             = 60
    backup_retention_period         = 35
    backup_window                   = "03:00-04:00"
    maintenance_window              = "sun:04:00-sun:05:00"
    read_replica_count              = 2
    read_replica_regions            = [var.dr_region]
  }

  database_master_password         = var.database_password
  database_master_password_version = var.database_password_version

  redis_config = {
    node_type                  = "cache.r6g.large"
    num_cache_clusters         = 3
    automatic_failover_enabled = true
    multi_az_enabled           = true
    snapshot_retention_limit   = 7
    snapshot_window            = "03:00-05:00"
    at_rest_encryption_enabled = true
    transit_encryption_enabled = true
    auth_token_enabled         = true
  }

  redis_auth_token = var.redis_auth_token

  ingress_config = {
    certificate_arn = var.certificate_arns[var.primary_region]
  }

  backup_copy_vault_arn = module.dr_region.backup_vault_arn
  deletion_protection   = var.deletion_protection
  tags                  = local.common_tags
}

# What is not said here is that of the primary region, in small.
module "dr_region" {
  source    = "../../modules/region"
  providers = { aws = aws.dr, parapet = parapet.dr }

  name        = var.project_name
  region      = var.dr_region
  environment = "${var.environment}-dr"

  is_dr_region           = true
  primary_region_outputs = module.primary_region

  redis_auth_token = var.redis_auth_token

  ingress_config = {
    certificate_arn = var.certificate_arns[var.dr_region]
  }

  deletion_protection = var.deletion_protection
  tags                = local.common_tags
}

module "failover" {
  source    = "../../modules/failover"
  providers = { aws = aws.primary, parapet = parapet.primary }

  name           = "${var.project_name}-${var.environment}"
  active_region  = local.active_region
  confirm_region = var.confirm_region
  rpo_seconds    = local.rpo_seconds
  rto_minutes    = local.rto_minutes
  alarm_emails   = [var.on_call]

  regions = [
    for region in [module.primary_region, module.dr_region] : {
      region                 = region.region
      db_instance_identifier = region.db_instance_identifier
      load_balancer_arn      = region.load_balancer_arn
      target_group           = { arn = region.target_group_arn }
    }
  ]

  deletion_protection = var.deletion_protection
  tags                = merge(local.common_tags, { Environment = var.environment })
}
