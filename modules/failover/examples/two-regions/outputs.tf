output "dns_name" {
  description = "Name under which the service is reached."
  value       = module.failover.dns_name
}

output "measured_rto_seconds" {
  description = "Duration of the last failover, in seconds."
  value       = module.failover.measured_rto_seconds
}
