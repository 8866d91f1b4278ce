# Terraform 1.14 and newer: terraform query
list "parapet_failover" "groups" {
  provider = parapet

  config {
    region         = "eu-central-1"
    dynamodb_table = "parapet-failover"
  }
}
