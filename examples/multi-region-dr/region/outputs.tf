output "kms_key_arn" {
  description = "Key of this region."
  value       = aws_kms_key.this.arn
}

output "subnet_group_name" {
  description = "Subnets for databases."
  value       = aws_db_subnet_group.this.name
}

output "security_group_id" {
  description = "Security group of databases."
  value       = aws_security_group.database.id
}

output "load_balancer_arn" {
  description = "Where the accelerator sends traffic."
  value       = aws_lb.this.arn
}

output "coordination_table" {
  description = "Table that failovers into this region are recorded in."
  value       = aws_dynamodb_table.failover.name
}
