# By name. The next apply takes the group over as it is configured; nothing fails over.
terraform import parapet_failover.orders orders
