# Terraform 1.14 and newer: terraform apply -invoke=action.parapet_failover_abort.orders
action "parapet_failover_abort" "orders" {
  config {
    name = "orders"

    region {
      name                   = "eu-west-1"
      db_instance_identifier = "orders"
    }

    region {
      name                   = "eu-central-1"
      db_instance_identifier = "orders-replica"
    }

    coordination {
      dynamodb_table = "parapet-failover"
    }
  }
}
