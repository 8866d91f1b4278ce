output "dns_name" {
  description = "Name under which the platform is reached, in whichever region it is."
  value       = module.failover.dns_name
}

output "active_region" {
  description = "Region in which the database was last seen to write."
  value       = module.failover.active_region
}

output "regions" {
  description = "The two regions."
  value       = { primary = var.primary_region, dr = var.dr_region }
}

output "measured_rto_seconds" {
  description = "Duration of the last failover, in seconds."
  value       = module.failover.measured_rto_seconds
}

output "test_outputs" {
  description = "What tests of the infrastructure look at."
  value = {
    for name, region in { primary = module.primary_region, dr = module.dr_region } : name => {
      vpc_id                      = region.vpc_id
      eks_endpoint                = region.eks_cluster_endpoint
      db_endpoint                 = region.db_endpoint
      redis_endpoint              = region.redis_endpoint
    }
  }
}

output "spot_node_groups" {
  description = "Instance types of the Spot groups, and what they save."
  value       = merge(module.primary_region.spot_node_groups, { for name, group in module.dr_region.spot_node_groups : "dr-${name}" => group })
}

output "delivery_files" {
  description = "Files for the repository that Argo CD reads."
  value       = module.delivery.files
}

output "observability_yaml" {
  description = "Collectors, alerts and dashboards for the clusters."
  value       = module.observability.yaml
}

output "findings" {
  description = "What the guardrails and the review of the manifests found below their thresholds."
  value       = concat([for it in module.guardrails.findings : it.message], [for it in module.delivery.findings : it.message])
}
