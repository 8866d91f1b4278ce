output "endpoints" {
  description = "Addresses of cluster, database and cache."
  value = {
    kubernetes = module.region.eks_cluster_endpoint
    database   = module.region.db_endpoint
    cache      = module.region.redis_endpoint
  }
}

output "spot_node_groups" {
  description = "Instance types that were chosen, and what they save."
  value       = module.region.spot_node_groups
}
