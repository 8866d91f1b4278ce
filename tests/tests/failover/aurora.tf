# The smallest stack of an Aurora global database that can fail over: its clusters are made by the test.

resource "parapet_failover" "this" {
  name            = "ledger"
  active_region   = var.active_region
  confirm_region  = var.confirm_region
  allow_data_loss = var.allow_data_loss
  rpo_seconds     = 60

  region {
    name               = "eu-west-1"
    db_cluster_arn     = "arn:aws:rds:eu-west-1:123456789012:cluster:ledger-first"
    endpoint_group_arn = parapet_global_accelerator.this.listener[0].endpoint_group[0].arn
  }

  region {
    name               = "eu-central-1"
    db_cluster_arn     = "arn:aws:rds:eu-central-1:123456789012:cluster:ledger-second"
    endpoint_group_arn = parapet_global_accelerator.this.listener[0].endpoint_group[1].arn
  }

  traffic {
    accelerator_arn       = parapet_global_accelerator.this.arn
    dial_steps            = [50, 100]
    step_interval_seconds = 0
  }

  fencing {
    mode     = "remove_endpoints"
    required = true
  }

  post_promotion {
    backup_retention_period = 14
  }

  coordination {
    dynamodb_table = "parapet-failover"
    lease_seconds  = 1
  }

  evidence {
    path = "evidence"
  }
}
