output "active_region" {
  description = "Region in which the database writes."
  value       = parapet_failover.this.observed_writer_region
}

output "measured_rto_seconds" {
  description = "Duration of the last failover, in seconds."
  value       = parapet_failover.this.measured_rto_seconds
}

output "evidence_sha256" {
  description = "Digest of the evidence of the last failover."
  value       = parapet_failover.this.evidence_sha256
}

output "dns_name" {
  description = "Name under which the service is reached."
  value       = parapet_global_accelerator.this.dns_name
}
