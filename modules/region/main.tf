# A region of the platform: network, Kubernetes, database, cache and backups. A DR region is the same in small, and follows the
# primary one.

data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  name      = "${var.name}-${var.environment}"
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  tags      = merge(var.tags, { Platform = var.name, Environment = var.environment })

  # What is left out in a DR region is taken from the primary one.
  vpc      = var.vpc_config != null ? var.vpc_config : try(merge(var.primary_region_outputs.configuration.vpc, { cidr_block = local.neighbour }), null)
  eks      = var.eks_config != null ? var.eks_config : try(var.primary_region_outputs.configuration.eks, null)
  database = var.database_config != null ? var.database_config : try(var.primary_region_outputs.configuration.database, null)
  redis    = var.redis_config != null ? var.redis_config : try(var.primary_region_outputs.configuration.redis, null)

  # The other half of the next larger range: disjoint from the primary region's, and one route covers both.
  primary_cidr = split("/", try(var.primary_region_outputs.configuration.vpc.cidr_block, "10.0.0.0/16"))
  octets       = [for octet in split(".", local.primary_cidr[0]) : tonumber(octet)]
  prefix       = tonumber(local.primary_cidr[1])
  number       = floor((local.octets[1] * 65536 + local.octets[2] * 256 + local.octets[3]) / pow(2, 32 - local.prefix))
  neighbour    = cidrsubnet("${local.octets[0]}.0.0.0/8", local.prefix - 8, local.number % 2 == 0 ? local.number + 1 : local.number - 1)

  # Nodes of a standby: one of each group that always has some, none of the others, and room to grow to full size.
  node_groups = {
    for name, group in local.eks.node_groups : name => merge(group, {
      scaling_config = {
        min_size     = var.is_dr_region ? min(1, group.scaling_config.min_size) : group.scaling_config.min_size
        max_size     = group.scaling_config.max_size
        desired_size = var.is_dr_region ? min(1, group.scaling_config.min_size) : group.scaling_config.desired_size
      }
    })
  }
  cache_nodes = var.is_dr_region ? min(2, local.redis.num_cache_clusters) : local.redis.num_cache_clusters
}
