variable "region" {
  description = "Region of everything in the module; that of the providers `aws` and `parapet` which it is given."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be the name of a region, such as \"eu-west-1\"."
  }
}

variable "environment" {
  description = "Name of the environment, such as `production` or `production-dr`: part of every name, and another in each region, as roles of IAM are of no region."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,22}[a-z0-9]$", var.environment))
    error_message = "environment must be 2 to 24 lowercase letters, digits and hyphens, with a letter first and no hyphen last."
  }
}

variable "name" {
  description = "Name of the platform, the first part of every name."
  type        = string
  default     = "platform"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,13}[a-z0-9]$", var.name))
    error_message = "name must be 2 to 15 lowercase letters, digits and hyphens, with a letter first and no hyphen last."
  }
}

variable "vpc_config" {
  description = <<-EOT
    Network. Left out in a DR region, it is that of the primary region with the neighbouring address range, so that both can be peered.
    - `cidr_block`: a private range of /16 to /20; three zones each get a public, a private and a database subnet of it.
    - `flow_logs_retention`: days.
    - `endpoint_services`: services that are reached inside the VPC: `s3` and `dynamodb` by the route table, `ecr` as its two endpoints, others by their name in the service's endpoint.
  EOT
  type = object({
    cidr_block           = string
    enable_flow_logs     = optional(bool, true)
    flow_logs_retention  = optional(number, 365)
    enable_vpc_endpoints = optional(bool, true)
    endpoint_services    = optional(list(string), ["s3", "ecr", "logs", "monitoring"])
  })
  default = null

  validation {
    condition     = var.vpc_config == null || can(cidrnetmask(var.vpc_config.cidr_block))
    error_message = "vpc_config.cidr_block must be an IPv4 range such as \"10.0.0.0/16\"."
  }

  validation {
    condition     = var.vpc_config == null || try(cidrsubnet(var.vpc_config.cidr_block, 0, 0) == var.vpc_config.cidr_block, true)
    error_message = "vpc_config.cidr_block must begin at the first address of its range: ${try(cidrsubnet(var.vpc_config.cidr_block, 0, 0), "")}."
  }

  validation {
    condition     = var.vpc_config == null || can(regex("^(10\\.|172\\.(1[6-9]|2[0-9]|3[01])\\.).*/(1[6-9]|20)$", var.vpc_config.cidr_block))
    error_message = "vpc_config.cidr_block must lie in 10.0.0.0/8 or 172.16.0.0/12, with a prefix of 16 to 20."
  }

  validation {
    condition     = var.vpc_config == null || alltrue([for service in try(var.vpc_config.endpoint_services, []) : can(regex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$", service)) && !startswith(service, "com.amazonaws") && !startswith(service, "amazonaws")])
    error_message = "vpc_config.endpoint_services are names without region, such as \"logs\" for com.amazonaws.eu-west-1.logs: ${join(", ", [for service in try(var.vpc_config.endpoint_services, []) : service if !(can(regex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$", service)) && !startswith(service, "com.amazonaws") && !startswith(service, "amazonaws"))])}."
  }

  # Names that look right and are none: AWS would say so only after the VPC has been made.
  validation {
    condition     = var.vpc_config == null || alltrue([for service in try(var.vpc_config.endpoint_services, []) : !contains(["cloudwatch", "secretmanager", "secrets-manager", "ssm-messages", "ses", "alb", "elb", "cloudwatch-logs", "eventbridge", "step-functions", "iam", "route53"], service)])
    error_message = "AWS has no such endpoint: ${join(", ", [for service in try(var.vpc_config.endpoint_services, []) : service if contains(["cloudwatch", "secretmanager", "secrets-manager", "ssm-messages", "ses", "alb", "elb", "cloudwatch-logs", "eventbridge", "step-functions", "iam", "route53"], service)])}. CloudWatch is \"monitoring\" and \"logs\", Secrets Manager \"secretsmanager\", Systems Manager \"ssm\" and \"ssmmessages\", load balancing \"elasticloadbalancing\", EventBridge \"events\", Step Functions \"states\"."
  }

  validation {
    condition     = var.vpc_config == null || contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], try(var.vpc_config.flow_logs_retention, 365))
    error_message = "vpc_config.flow_logs_retention must be a number of days that CloudWatch Logs knows, such as 30, 90 or 365."
  }
}

variable "eks_config" {
  description = <<-EOT
    Kubernetes. Left out in a DR region, it is that of the primary region with as few nodes as can grow.
    - `enable_irsa`: roles for service accounts; the roles of the cluster's own add-ons need it.
    - `enable_cluster_autoscaler`: a role for Cluster Autoscaler, which is installed as any other workload.
    - `node_groups`: a group with the `capacity_type` `SPOT` becomes a `parapet_spot_node_group`: of `instance_types`, or, where `spot` names requirements, of types that are chosen while Terraform plans.
    - `addons`: `version` is a version, `latest`, or left out for the one EKS prefers.
    - `public_access_cidrs`: who reaches the API from outside the VPC; nobody when empty.
    - `admin_role_arns`: roles that administer the cluster.
  EOT
  type = object({
    cluster_version           = string
    enable_irsa               = optional(bool, true)
    enable_cluster_autoscaler = optional(bool, true)
    enable_metrics_server     = optional(bool, true)
    public_access_cidrs       = optional(list(string), [])
    admin_role_arns           = optional(list(string), [])

    node_groups = map(object({
      instance_types = optional(list(string), [])
      capacity_type  = optional(string, "ON_DEMAND")
      ami_type       = optional(string)
      scaling_config = object({
        min_size     = number
        max_size     = number
        desired_size = number
      })
      labels = optional(map(string), {})
      taints = optional(list(object({
        key    = string
        value  = optional(string)
        effect = string
      })), [])
      spot = optional(object({
        vcpu_count              = optional(number)
        memory_mib              = optional(number)
        allowed_instance_types  = optional(list(string))
        min_instance_types      = optional(number)
        min_families            = optional(number)
        min_savings_percent     = optional(number, 30)
        on_demand_base_capacity = optional(number, 0)
      }), {})
    }))

    addons = optional(map(object({
      version                  = optional(string)
      configuration_values     = optional(string)
      service_account_role_arn = optional(string)
    })), {})
  })
  default = null

  validation {
    condition     = var.eks_config == null || can(regex("^1\\.[0-9]{2}$", var.eks_config.cluster_version))
    error_message = "eks_config.cluster_version must be a version of Kubernetes such as \"1.33\"."
  }

  validation {
    condition     = var.eks_config == null || alltrue([for group in try(var.eks_config.node_groups, {}) : contains(["ON_DEMAND", "SPOT"], group.capacity_type)])
    error_message = "capacity_type of a node group must be ON_DEMAND or SPOT."
  }

  validation {
    condition = var.eks_config == null || alltrue([
      for group in try(var.eks_config.node_groups, {}) :
      group.scaling_config.min_size <= group.scaling_config.desired_size && group.scaling_config.desired_size <= group.scaling_config.max_size
    ])
    error_message = "scaling_config of a node group must have min_size <= desired_size <= max_size."
  }

  validation {
    condition = var.eks_config == null || alltrue([
      for group in try(var.eks_config.node_groups, {}) :
      length(group.instance_types) > 0 || group.capacity_type == "SPOT" && group.spot.vcpu_count != null && group.spot.memory_mib != null
    ])
    error_message = "A node group needs instance_types; one of SPOT may name spot.vcpu_count and spot.memory_mib instead."
  }

  validation {
    condition = var.eks_config == null || alltrue(flatten([
      for group in try(var.eks_config.node_groups, {}) : [for taint in group.taints : contains(["NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"], taint.effect)]
    ]))
    error_message = "effect of a taint must be NO_SCHEDULE, NO_EXECUTE or PREFER_NO_SCHEDULE."
  }

  validation {
    condition     = var.eks_config == null || alltrue([for addon in try(var.eks_config.addons, {}) : addon.configuration_values == null || can(jsondecode(addon.configuration_values))])
    error_message = "configuration_values of an add-on must be JSON: use jsonencode()."
  }

  validation {
    condition     = var.eks_config == null || try(var.eks_config.enable_irsa, true) || !contains(keys(try(var.eks_config.addons, {})), "aws-ebs-csi-driver") || try(var.eks_config.addons["aws-ebs-csi-driver"].service_account_role_arn, null) != null
    error_message = "aws-ebs-csi-driver cannot make a volume without a role: leave enable_irsa on, or give the add-on a service_account_role_arn."
  }
}

variable "database_config" {
  description = <<-EOT
    Relational database. Left out in a DR region, it is that of the primary region, and a replica of it.
    - `allocated_storage`: GiB; it grows by itself up to four times as much.
    - `read_replica_count`: replicas in this region, for reading.
    - `read_replica_regions`: regions that have a replica made by this module with `is_dr_region`; the secret is replicated there.
    - `enabled_cloudwatch_logs_exports`: logs that go to CloudWatch; those of errors and slow queries when left out.
    - `monitoring_interval`: seconds between samples of the operating system; 0 is off.
  EOT
  type = object({
    engine                                = optional(string, "postgres")
    engine_version                        = string
    instance_class                        = string
    allocated_storage                     = number
    storage_encrypted                     = optional(bool, true)
    multi_az                              = optional(bool, true)
    performance_insights_enabled          = optional(bool, true)
    performance_insights_retention_period = optional(number, 7)
    enabled_cloudwatch_logs_exports       = optional(list(string))
    monitoring_interval                   = optional(number, 60)
    backup_retention_period               = optional(number, 35)
    backup_window                         = optional(string, "03:00-04:00")
    maintenance_window                    = optional(string, "sun:04:00-sun:05:00")
    read_replica_count                    = optional(number, 0)
    read_replica_regions                  = optional(list(string), [])
  })
  default = null

  validation {
    condition     = var.database_config == null || try(var.database_config.allocated_storage >= 20 && var.database_config.allocated_storage <= 16384 && floor(var.database_config.allocated_storage) == var.database_config.allocated_storage, true)
    error_message = "database_config.allocated_storage must be a whole number of GiB from 20 to 16384, so that it can grow to four times as much."
  }

  validation {
    condition     = var.database_config == null || contains(["postgres", "mysql", "mariadb"], try(var.database_config.engine, "postgres"))
    error_message = "database_config.engine must be postgres, mysql or mariadb."
  }

  validation {
    condition     = var.database_config == null || contains([0, 1, 5, 10, 15, 30, 60], try(var.database_config.monitoring_interval, 60))
    error_message = "database_config.monitoring_interval must be 0, 1, 5, 10, 15, 30 or 60 seconds."
  }

  validation {
    condition     = var.database_config == null || try(var.database_config.backup_retention_period >= 1 && var.database_config.backup_retention_period <= 35, true)
    error_message = "database_config.backup_retention_period must be 1 to 35 days: replicas and recovery need backups."
  }

  validation {
    condition     = var.database_config == null || try(var.database_config.read_replica_count >= 0 && var.database_config.read_replica_count <= 15, true)
    error_message = "database_config.read_replica_count must be 0 to 15."
  }

  validation {
    condition     = var.database_config == null || try(var.database_config.read_replica_count == 0 && length(var.database_config.read_replica_regions) == 0, true) || var.database_master_password_version != null
    error_message = "A database with replicas needs database_master_password and database_master_password_version: RDS keeps no password for a source of replicas."
  }
}

variable "database_master_password" {
  description = "Password of the database's administrator. Written to the database and its secret, and kept in no plan and no state. Without `database_master_password_version`, RDS makes one and keeps it in Secrets Manager."
  type        = string
  default     = null
  sensitive   = true
  ephemeral   = true
}

variable "database_master_password_version" {
  description = "Raise it to write another `database_master_password`."
  type        = number
  default     = null
}

variable "redis_config" {
  description = <<-EOT
    Cache. Left out in a DR region, it is that of the primary region with two nodes; a cache begins empty there.
    - `num_cache_clusters`: nodes, the first of them the primary.
    - `auth_token_enabled`: clients say `redis_auth_token`.
  EOT
  type = object({
    node_type                  = string
    num_cache_clusters         = optional(number, 3)
    automatic_failover_enabled = optional(bool, true)
    multi_az_enabled           = optional(bool, true)
    snapshot_retention_limit   = optional(number, 7)
    snapshot_window            = optional(string, "03:00-05:00")
    at_rest_encryption_enabled = optional(bool, true)
    transit_encryption_enabled = optional(bool, true)
    auth_token_enabled         = optional(bool, true)
  })
  default = null

  validation {
    condition     = var.redis_config == null || try(!var.redis_config.automatic_failover_enabled || var.redis_config.num_cache_clusters >= 2, true)
    error_message = "redis_config.automatic_failover_enabled needs num_cache_clusters of 2 or more."
  }

  validation {
    condition     = var.redis_config == null || try(!var.redis_config.multi_az_enabled || var.redis_config.automatic_failover_enabled, true)
    error_message = "redis_config.multi_az_enabled needs automatic_failover_enabled: set both, or neither."
  }

  validation {
    condition     = var.redis_config == null || try(!var.redis_config.auth_token_enabled || var.redis_config.transit_encryption_enabled, true)
    error_message = "redis_config.auth_token_enabled needs transit_encryption_enabled: the token would cross the network in clear text."
  }
}

variable "redis_auth_token" {
  description = "Token that clients of the cache authenticate with: 16 to 128 characters. Kept in the state, as hashicorp/aws has no other way to set it."
  type        = string
  default     = null
  sensitive   = true

  validation {
    condition     = var.redis_auth_token == null || try(length(var.redis_auth_token) >= 16 && length(var.redis_auth_token) <= 128, false)
    error_message = "redis_auth_token must be 16 to 128 characters long."
  }
}

variable "ingress_config" {
  description = <<-EOT
    Load balancer in front of the cluster, which an accelerator can send traffic to. None when left out.
    - `certificate_arn`: certificate of this region, in ACM.
    - `target_port`: port of the pods; they are registered by a TargetGroupBinding of the AWS Load Balancer Controller.
    - `allowed_cidrs`: who may connect.
  EOT
  type = object({
    certificate_arn   = string
    target_port       = optional(number, 8443)
    health_check_path = optional(string, "/healthz")
    allowed_cidrs     = optional(list(string), ["0.0.0.0/0"])
  })
  default = null

  validation {
    condition     = var.ingress_config == null || can(regex("^arn:[a-z-]+:acm:", var.ingress_config.certificate_arn))
    error_message = "ingress_config.certificate_arn must be the ARN of a certificate in ACM."
  }
}

variable "backup_copy_vault_arn" {
  description = "Vault in another region that every backup is copied to, such as the `backup_vault_arn` of the DR region. No copies when left out."
  type        = string
  default     = null

  validation {
    condition     = var.backup_copy_vault_arn == null || can(regex("^arn:[a-z-]+:backup:", var.backup_copy_vault_arn))
    error_message = "backup_copy_vault_arn must be the ARN of a backup vault."
  }
}

variable "tags" {
  description = "Tags of everything in the module."
  type        = map(string)
  default     = {}
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete databases and load balancers, and a last snapshot is taken. Turn it off only where data may be lost."
  type        = bool
  default     = true
}

variable "is_dr_region" {
  description = "Whether the region is a warm standby: one NAT gateway, few nodes, and a database that replicates the one of the primary region."
  type        = bool
  default     = false

  validation {
    condition     = !var.is_dr_region || var.primary_region_outputs != null
    error_message = "A DR region needs primary_region_outputs: the module of the primary region."
  }

  validation {
    condition     = var.is_dr_region || alltrue([for config in [var.vpc_config, var.eks_config, var.database_config, var.redis_config] : config != null])
    error_message = "vpc_config, eks_config, database_config and redis_config may be left out in a DR region only."
  }
}

variable "primary_region_outputs" {
  description = "The module of the primary region, as a whole. Needed by a DR region."
  type = object({
    region          = string
    db_instance_arn = string
    configuration   = any
  })
  default = null
}
