# The primary region, the DR region that follows it, and what is refused. No account is needed: every provider is mocked.

mock_provider "aws" {
  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-west-1a", "eu-west-1b", "eu-west-1c", "eu-west-1d"] }
  }

  mock_data "aws_region" {
    defaults = { region = "eu-west-1" }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }

  mock_data "aws_eks_addon_version" {
    defaults = { version = "v1.20.0-eksbuild.1" }
  }

  mock_resource "aws_eks_cluster" {
    defaults = {
      identity   = [{ oidc = [{ issuer = "https://oidc.eks.eu-west-1.amazonaws.com/id/ABC" }] }]
      vpc_config = { cluster_security_group_id = "sg-0123456789abcdef0" }
    }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mocked" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-west-1:123456789012:key/mocked" }
  }
}

mock_provider "parapet" {}

variables {
  region      = "eu-west-1"
  environment = "production"

  vpc_config = {
    cidr_block          = "10.0.0.0/16"
    flow_logs_retention = 30
  }

  eks_config = {
    cluster_version = "1.35"

    node_groups = {
      system = {
        instance_types = ["m5.large"]
        scaling_config = { min_size = 2, max_size = 4, desired_size = 2 }
        taints         = [{ key = "CriticalAddonsOnly", value = "true", effect = "NO_SCHEDULE" }]
      }
      application = {
        instance_types = ["m5.xlarge", "m5a.xlarge", "m5n.xlarge"]
        capacity_type  = "SPOT"
        scaling_config = { min_size = 3, max_size = 20, desired_size = 6 }
        labels         = { workload = "application" }
      }
      gpu = {
        capacity_type  = "SPOT"
        scaling_config = { min_size = 0, max_size = 5, desired_size = 1 }
        spot           = { vcpu_count = 4, memory_mib = 16384 }
      }
    }

    addons = {
      vpc-cni            = { version = "latest" }
      aws-ebs-csi-driver = {}
    }
  }

  database_config = {
    engine_version       = "15.4"
    instance_class       = "db.r6g.xlarge"
    allocated_storage    = 100
    read_replica_count   = 2
    read_replica_regions = ["eu-central-1"]
  }
  database_master_password         = "only-for-this-test"
  database_master_password_version = 1

  redis_config = {
    node_type = "cache.r6g.large"
  }
  redis_auth_token = "0123456789abcdef"
}

run "primary" {
  assert {
    condition     = length(aws_subnet.private) == 3 && length(aws_nat_gateway.this) == 3
    error_message = "Three zones, and a NAT gateway in each."
  }

  assert {
    condition     = length(setunion([for s in aws_subnet.public : s.cidr_block], [for s in aws_subnet.private : s.cidr_block], [for s in aws_subnet.database : s.cidr_block])) == 9
    error_message = "Nine subnets of different ranges."
  }

  assert {
    condition     = aws_subnet.private["eu-west-1b"].cidr_block == "10.0.16.0/20" && aws_subnet.public["eu-west-1a"].cidr_block == "10.0.192.0/24" && aws_subnet.database["eu-west-1c"].cidr_block == "10.0.210.0/24"
    error_message = "Private, public and database ranges do not overlap."
  }

  assert {
    condition     = aws_route.nat["eu-west-1c"].nat_gateway_id == aws_nat_gateway.this["eu-west-1c"].id
    error_message = "Each zone has its own way out."
  }

  assert {
    condition     = aws_cloudwatch_log_group.flow[0].retention_in_days == 30
    error_message = "Flow logs are kept as long as it was asked for."
  }

  assert {
    condition     = toset(keys(aws_vpc_endpoint.interface)) == toset(["ecr.api", "ecr.dkr", "logs", "monitoring"]) && keys(aws_vpc_endpoint.gateway) == ["s3"]
    error_message = "The registry has two endpoints, and S3 is reached by the route tables."
  }

  assert {
    condition     = aws_eks_cluster.this.vpc_config[0].endpoint_private_access && !aws_eks_cluster.this.vpc_config[0].endpoint_public_access
    error_message = "The API is private."
  }

  assert {
    condition     = keys(aws_eks_node_group.on_demand) == ["system"] && keys(parapet_spot_node_group.spot) == ["application", "gpu"]
    error_message = "Groups on demand are EKS's own, those of the Spot market parapet's."
  }

  assert {
    condition     = length(parapet_spot_node_group.spot["application"].instance_types) == 3 && parapet_spot_node_group.spot["gpu"].instance_requirements.vcpu_count.min == 4
    error_message = "Types are named, or required."
  }

  assert {
    condition     = aws_eks_addon.before_nodes["vpc-cni"].addon_version == "v1.20.0-eksbuild.1" && contains(keys(aws_eks_addon.on_nodes), "metrics-server")
    error_message = "The latest version is looked up, and metrics-server is an add-on."
  }

  assert {
    condition     = aws_eks_addon.on_nodes["aws-ebs-csi-driver"].service_account_role_arn == aws_iam_role.service_account["aws-ebs-csi-driver"].arn
    error_message = "The volume driver has a role of its own."
  }

  assert {
    condition     = aws_db_instance.primary[0].storage_encrypted && aws_db_instance.primary[0].multi_az && length(aws_db_instance.read) == 2 && length(parapet_database_replica.standby) == 0
    error_message = "A database with two replicas for reading."
  }

  assert {
    condition     = [for it in aws_secretsmanager_secret.database[0].replica : it.region] == ["eu-central-1"]
    error_message = "The secret is where the replica is."
  }

  assert {
    condition     = aws_elasticache_replication_group.this.num_cache_clusters == 3 && aws_elasticache_replication_group.this.transit_encryption_enabled
    error_message = "Three encrypted nodes of cache."
  }

  assert {
    condition     = output.db_instance_arn == "arn:aws:rds:eu-west-1:123456789012:db:platform-production" && output.load_balancer_arn == null
    error_message = "The ARN is that of the database, and nobody asked for a load balancer."
  }
}

run "standby" {
  command   = plan
  state_key = "standby"

  override_data {
    target = data.aws_region.current
    values = { region = "eu-central-1" }
  }

  override_data {
    target = data.aws_availability_zones.available
    values = { names = ["eu-central-1a", "eu-central-1b", "eu-central-1c"] }
  }

  override_resource {
    target = aws_kms_key.this
    values = { arn = "arn:aws:kms:eu-central-1:123456789012:key/mocked" }
  }

  variables {
    region                           = "eu-central-1"
    environment                      = "production-dr"
    is_dr_region                     = true
    primary_region_outputs           = run.primary
    vpc_config                       = null
    eks_config                       = null
    database_config                  = null
    redis_config                     = null
    database_master_password         = null
    database_master_password_version = null
  }

  assert {
    condition     = aws_vpc.this.cidr_block == "10.1.0.0/16"
    error_message = "The standby has the neighbouring range."
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 1 && alltrue([for route in aws_route.nat : route.destination_cidr_block == "0.0.0.0/0"]) && length(aws_route.nat) == 3
    error_message = "One NAT gateway for all zones."
  }

  assert {
    condition     = aws_eks_node_group.on_demand["system"].scaling_config[0].desired_size == 1 && aws_eks_node_group.on_demand["system"].scaling_config[0].max_size == 4
    error_message = "Few nodes, and room for all."
  }

  assert {
    condition     = parapet_spot_node_group.spot["application"].scaling.min == 1 && parapet_spot_node_group.spot["gpu"].scaling.min == 0
    error_message = "One node of each group that always has some."
  }

  assert {
    condition     = length(aws_db_instance.primary) == 0 && length(aws_db_instance.read) == 0 && parapet_database_replica.standby[0].source_db_instance_arn == run.primary.db_instance_arn
    error_message = "The database follows the primary region's."
  }

  assert {
    condition     = aws_elasticache_replication_group.this.num_cache_clusters == 2
    error_message = "Two nodes of cache."
  }
}

run "without_replicas_rds_keeps_the_password" {
  command = plan

  variables {
    database_config                  = { engine = "mysql", engine_version = "8.4.3", instance_class = "db.r6g.large", allocated_storage = 20 }
    database_master_password         = null
    database_master_password_version = null
  }

  assert {
    condition     = aws_db_instance.primary[0].manage_master_user_password && length(aws_secretsmanager_secret.database) == 0
    error_message = "RDS makes the password."
  }

  assert {
    condition     = aws_db_instance.primary[0].enabled_cloudwatch_logs_exports == toset(["error", "slowquery"])
    error_message = "The logs are the engine's."
  }

  assert {
    condition     = aws_db_parameter_group.this.family == "mysql8.4" && aws_vpc_security_group_ingress_rule.database.from_port == 3306
    error_message = "Family and port are the engine's."
  }
}

run "an_ingress_is_private_to_its_port" {
  command = plan

  variables {
    ingress_config = { certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/abc", allowed_cidrs = ["203.0.113.0/24"] }
  }

  assert {
    condition     = keys(aws_vpc_security_group_ingress_rule.ingress) == ["203.0.113.0/24"] && aws_lb_listener.https[0].protocol == "HTTPS"
    error_message = "Who may connect is said by the configuration."
  }
}

run "replicas_need_a_password" {
  command         = plan
  expect_failures = [var.database_config]

  variables {
    database_master_password_version = null
  }
}

run "a_cache_that_asks_for_a_token_needs_one" {
  command         = plan
  expect_failures = [aws_elasticache_replication_group.this]

  variables {
    redis_auth_token = null
  }
}

run "a_standby_needs_a_primary" {
  command         = plan
  expect_failures = [var.is_dr_region]

  variables {
    is_dr_region = true
  }
}

run "public_ranges_are_refused" {
  command         = plan
  expect_failures = [var.vpc_config]

  variables {
    vpc_config = { cidr_block = "52.0.0.0/16" }
  }
}

run "endpoints_are_named_without_their_region" {
  command         = plan
  expect_failures = [var.vpc_config]

  variables {
    vpc_config = { cidr_block = "10.0.0.0/16", endpoint_services = ["com.amazonaws.eu-west-1.logs"] }
  }
}

run "endpoints_that_aws_has_not_are_refused" {
  command         = plan
  expect_failures = [var.vpc_config]

  variables {
    vpc_config = { cidr_block = "10.0.0.0/16", endpoint_services = ["s3", "cloudwatch"] }
  }
}

run "volumes_need_a_role" {
  command         = plan
  expect_failures = [var.eks_config]

  variables {
    eks_config = {
      cluster_version = "1.35"
      enable_irsa     = false
      node_groups     = { workers = { instance_types = ["m5.large"], scaling_config = { min_size = 1, max_size = 2, desired_size = 1 } } }
      addons          = { aws-ebs-csi-driver = {} }
    }
  }
}

run "spot_groups_say_what_they_want" {
  command         = plan
  expect_failures = [var.eks_config]

  variables {
    eks_config = {
      cluster_version = "1.35"
      node_groups     = { workers = { capacity_type = "SPOT", scaling_config = { min_size = 1, max_size = 2, desired_size = 1 } } }
    }
  }
}

run "another_provider_is_noticed" {
  command         = plan
  expect_failures = [aws_vpc.this]

  variables {
    region = "us-east-2"
  }
}

run "a_range_begins_at_its_first_address" {
  command         = plan
  expect_failures = [var.vpc_config]

  variables {
    vpc_config = { cidr_block = "10.0.5.7/16" }
  }
}

run "a_cache_in_several_zones_fails_over" {
  command         = plan
  expect_failures = [var.redis_config]

  variables {
    redis_config = { node_type = "cache.r7g.large", num_cache_clusters = 1, automatic_failover_enabled = false }
  }
}
