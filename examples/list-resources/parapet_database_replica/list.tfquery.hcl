# Terraform 1.14 and newer: terraform query -generate-config-out=replicas.tf
list "parapet_database_replica" "standby" {
  provider         = parapet
  include_resource = true

  config {
    regions = ["eu-central-1", "us-east-2"]
  }
}
