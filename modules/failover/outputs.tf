output "accelerator_arn" {
  description = "ARN of the accelerator."
  value       = parapet_global_accelerator.this.arn
}

output "dns_name" {
  description = "Name under which the service is reached, in whichever region it is."
  value       = parapet_global_accelerator.this.dns_name
}

output "hosted_zone_id" {
  description = "Route 53 zone id for alias records to the accelerator."
  value       = parapet_global_accelerator.this.hosted_zone_id
}

output "ip_addresses" {
  description = "Static addresses of the service."
  value       = parapet_global_accelerator.this.ip_addresses
}

output "active_region" {
  description = "Region in which the database was last seen to write."
  value       = parapet_failover.this.observed_writer_region
}

output "status" {
  description = "`active`, `failing_over`, `split` or `unknown`, as `parapet_failover` says it."
  value       = parapet_failover.this.status
}

output "measured_rto_seconds" {
  description = "Duration of the last failover, in seconds."
  value       = parapet_failover.this.measured_rto_seconds
}

output "evidence_sha256" {
  description = "Digest of the evidence of the last failover."
  value       = parapet_failover.this.evidence_sha256
}

output "alarm_topic_arns" {
  description = "Topics of alarms, by region."
  value       = { for name, topic in aws_sns_topic.alarms : name => topic.arn }
}
