# Terraform 1.14 and newer: terraform apply -invoke=action.parapet_failover_drill.orders
action "parapet_failover_drill" "orders" {
  config {
    name          = "orders"
    active_region = "eu-west-1"
    rpo_seconds   = 60

    region {
      name                   = "eu-west-1"
      db_instance_identifier = "orders"
    }

    region {
      name                   = "eu-central-1"
      db_instance_identifier = "orders-replica"
    }

    evidence {
      path = "evidence"
    }
  }
}
