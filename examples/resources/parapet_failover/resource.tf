resource "parapet_failover" "orders" {
  name = "orders"

  # To fail over, change both to the other region.
  active_region  = "eu-west-1"
  confirm_region = "eu-west-1"

  rpo_seconds = 60
  rto_minutes = 15

  region {
    name                   = "eu-west-1"
    db_instance_identifier = "orders"
    endpoint_group_arn     = "arn:aws:globalaccelerator::123456789012:accelerator/1234abcd/listener/0123/endpoint-group/0a1b"
  }

  region {
    name                   = "eu-central-1"
    db_instance_identifier = "orders-replica"
    endpoint_group_arn     = "arn:aws:globalaccelerator::123456789012:accelerator/1234abcd/listener/0123/endpoint-group/2c3d"
  }

  traffic {
    accelerator_arn = "arn:aws:globalaccelerator::123456789012:accelerator/1234abcd"
    dial_steps      = [10, 50, 100]
  }

  fencing {
    mode     = "remove_endpoints"
    required = true
  }

  post_promotion {
    backup_retention_period = 14
    multi_az                = true
  }

  coordination {
    dynamodb_table = "parapet-failover"
  }

  evidence {
    path = "evidence"
  }
}
