# Terraform 1.14 and newer: terraform apply -invoke=action.parapet_failover_abort.orders
action "parapet_failover_abort" "orders" {
  config {
    name = "orders"

    region {
      name                   = "eu-west-1"
      db_instance_identifier = "orders"
      endpoint_group_arn     = parapet_global_accelerator.front.listener[0].endpoint_group[0].arn
    }

    region {
      name                   = "eu-central-1"
      db_instance_identifier = "orders-replica"
      endpoint_group_arn     = parapet_global_accelerator.front.listener[0].endpoint_group[1].arn
    }

    coordination {
      dynamodb_table = "parapet-failover"
    }
  }
}
