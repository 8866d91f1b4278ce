data "parapet_failover_readiness" "orders" {
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
}

check "orders_can_fail_over" {
  assert {
    condition     = data.parapet_failover_readiness.orders.ready
    error_message = join("\n", [for check in data.parapet_failover_readiness.orders.checks : "${check.name}: ${check.detail}" if !check.passed])
  }
}
