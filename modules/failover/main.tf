# A service in two regions: an accelerator sends its traffic to the active one, and a change of active_region moves the database
# and the traffic.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  tags      = merge(var.tags, { Service = var.name })
  regions   = { for it in var.regions : it.region => it }
  names     = var.regions[*].region
  other     = one([for name in local.names : name if name != var.active_region])

  databases = {
    for name, it in local.regions : name =>
    it.replica == null ? it.db_instance_identifier : parapet_database_replica.this[name].identifier
  }
  groups = { for index, name in local.names : name => parapet_global_accelerator.this.listener[0].endpoint_group[index] }
}

resource "parapet_database_replica" "this" {
  for_each = { for name, it in local.regions : name => it.replica if it.replica != null }

  region                    = each.key
  identifier                = each.value.identifier
  source_db_instance_arn    = each.value.source_db_instance_arn
  instance_class            = each.value.instance_class
  kms_key_id                = each.value.kms_key_id
  db_subnet_group_name      = each.value.db_subnet_group_name
  vpc_security_group_ids    = each.value.vpc_security_group_ids
  multi_az                  = each.value.multi_az
  backup_retention_period   = each.value.backup_retention_period
  deletion_protection       = var.deletion_protection
  skip_final_snapshot       = !var.deletion_protection
  final_snapshot_identifier = var.deletion_protection ? "${each.value.identifier}-final" : null
  tags                      = local.tags
}

resource "parapet_global_accelerator" "this" {
  name = var.name
  tags = local.tags

  attributes {
    flow_logs_enabled   = true
    flow_logs_s3_bucket = aws_s3_bucket.flow_logs.id
    flow_logs_s3_prefix = "global-accelerator"
  }

  listener {
    port_range {
      from_port = 443
      to_port   = 443
    }

    dynamic "endpoint_group" {
      for_each = var.regions

      content {
        region = endpoint_group.value.region
        # From the creation on the dials are those of parapet_failover.
        initial_traffic_dial_percentage = endpoint_group.key == 0 ? 100 : 0
        health_check_protocol           = "HTTPS"
        health_check_path               = var.health_check_path
        health_check_interval_seconds   = 10

        endpoint {
          endpoint_id                    = endpoint_group.value.load_balancer_arn
          client_ip_preservation_enabled = true
        }
      }
    }
  }

  # AWS tries whether it may write as soon as flow logs are turned on.
  depends_on = [aws_s3_bucket_policy.flow_logs]
}

resource "parapet_failover" "this" {
  name            = var.name
  active_region   = var.active_region
  confirm_region  = var.confirm_region
  allow_data_loss = var.allow_data_loss
  rpo_seconds     = var.rpo_seconds
  rto_minutes     = var.rto_minutes

  dynamic "region" {
    for_each = local.names

    content {
      name                   = region.value
      db_instance_identifier = local.databases[region.value]
      endpoint_group_arn     = local.groups[region.value].arn
    }
  }

  traffic {
    accelerator_arn       = parapet_global_accelerator.this.arn
    dial_steps            = var.dial_steps
    step_interval_seconds = var.step_interval_seconds
  }

  fencing {
    mode     = var.fencing_mode
    required = true
  }

  post_promotion {
    backup_retention_period = var.backup_retention_period
    multi_az                = true
  }

  coordination {
    dynamodb_table = one(distinct([for table in aws_dynamodb_table.coordination : table.name]))
  }

  evidence {
    path = var.evidence_directory
  }
}

# A region that does not answer is a finding here and no error, so that this is never in the way of a failover.
data "parapet_failover_readiness" "this" {
  active_region = var.active_region
  target_region = local.other
  rpo_seconds   = var.rpo_seconds

  dynamic "region" {
    for_each = local.names

    content {
      name                   = region.value
      db_instance_identifier = local.databases[region.value]
      endpoint_group_arn     = local.groups[region.value].arn
    }
  }

  traffic {
    accelerator_arn       = parapet_global_accelerator.this.arn
    dial_steps            = var.dial_steps
    step_interval_seconds = var.step_interval_seconds
  }

  fencing {
    mode     = var.fencing_mode
    required = true
  }

  post_promotion {
    backup_retention_period = var.backup_retention_period
    multi_az                = true
  }

  # What is not there yet cannot be ready; while a failover is planned, nothing is said of the way back.
  depends_on = [parapet_failover.this]
}

# Each plan says when a failover would not work today.
check "ready_to_fail_over" {
  assert {
    condition     = data.parapet_failover_readiness.this.ready
    error_message = "A failover to ${local.other} would not work: ${join("; ", [for it in data.parapet_failover_readiness.this.checks : "${it.name}: ${it.detail}" if !it.passed])}."
  }

  assert {
    condition     = try(data.parapet_failover_readiness.this.estimated_rto_seconds <= 60 * var.rto_minutes, true)
    error_message = "A failover would probably take longer than ${var.rto_minutes} minutes: ${data.parapet_failover_readiness.this.estimated_rto_arithmetic}."
  }
}
