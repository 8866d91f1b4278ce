resource "parapet_failover" "orders" {
  name          = "orders"
  active_region = "eu-west-1"

  region {
    name                   = "eu-west-1"
    db_instance_identifier = "orders"
    endpoint_group_arn     = "arn:aws:globalaccelerator::123456789012:accelerator/a/listener/b/endpoint-group/c"
  }

  region {
    name                   = "eu-central-1"
    db_instance_identifier = "orders-standby"
    endpoint_group_arn     = "arn:aws:globalaccelerator::123456789012:accelerator/a/listener/b/endpoint-group/d"
  }

  fencing {
    mode     = "remove_endpoints"
    required = true
  }

  coordination {
    dynamodb_table = "parapet-failover"
  }

  evidence {
    path = "evidence"
  }
}
