# Two regions, and what is refused. No account is needed: every provider is mocked.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

mock_provider "parapet" {
  mock_data "parapet_failover_readiness" {
    defaults = { ready = true, estimated_rto_seconds = 300 }
  }
}

variables {
  name          = "orders"
  active_region = "eu-west-1"
  alarm_emails  = ["on-call@example.com"]

  regions = [
    {
      region                 = "eu-west-1"
      db_instance_identifier = "orders"
      load_balancer_arn      = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/orders/1"
      target_group           = { arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/orders/2" }
    },
    {
      region            = "eu-central-1"
      load_balancer_arn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/net/orders/3"

      replica = {
        identifier             = "orders-standby"
        source_db_instance_arn = "arn:aws:rds:eu-west-1:123456789012:db:orders"
        instance_class         = "db.r6g.large"
        kms_key_id             = "arn:aws:kms:eu-central-1:123456789012:key/1"
        db_subnet_group_name   = "orders"
        vpc_security_group_ids = ["sg-1"]
      }
    },
  ]
}

run "two_regions" {
  assert {
    condition     = keys(parapet_database_replica.this) == ["eu-central-1"] && parapet_database_replica.this["eu-central-1"].deletion_protection
    error_message = "The second region's database is a replica."
  }

  assert {
    condition     = parapet_global_accelerator.this.attributes.flow_logs_enabled
    error_message = "Flow logs are written."
  }

  assert {
    condition     = parapet_global_accelerator.this.listener[0].endpoint_group[*].initial_traffic_dial_percentage == tolist([100, 0])
    error_message = "All traffic goes to the first region."
  }

  assert {
    condition     = parapet_failover.this.region[*].name == tolist(["eu-west-1", "eu-central-1"]) && parapet_failover.this.region[1].db_instance_identifier == "orders-standby"
    error_message = "The replica is what a failover promotes."
  }

  assert {
    condition     = parapet_failover.this.fencing.required
    error_message = "No failover without a fence."
  }

  assert {
    condition     = alltrue([for name, table in aws_dynamodb_table.coordination : table.region == name && table.name == "orders-failover"])
    error_message = "The record of failovers lies in each region, under one name."
  }

  assert {
    condition     = { for name, alarm in aws_cloudwatch_metric_alarm.replica_lag : name => alarm.dimensions.DBInstanceIdentifier } == { eu-west-1 = "orders", eu-central-1 = "orders-standby" }
    error_message = "Each region's database is watched, whichever follows."
  }

  assert {
    condition     = keys(aws_cloudwatch_metric_alarm.unhealthy) == ["eu-west-1"] && aws_cloudwatch_metric_alarm.unhealthy["eu-west-1"].dimensions.LoadBalancer == "app/orders/1"
    error_message = "Healthy targets are watched where they are known."
  }

  assert {
    condition     = length(aws_sns_topic_subscription.alarms) == 2
    error_message = "Whoever is on call hears of both regions."
  }
}

run "a_failover_changes_nothing_else" {
  variables {
    active_region  = "eu-central-1"
    confirm_region = "eu-central-1"
  }

  assert {
    condition     = parapet_failover.this.active_region == "eu-central-1" && toset(keys(aws_cloudwatch_metric_alarm.replica_lag)) == toset(["eu-west-1", "eu-central-1"])
    error_message = "What is in the region that was left is not touched."
  }
}

run "the_plan_says_when_a_failover_would_not_work" {
  expect_failures = [check.ready_to_fail_over]

  override_data {
    target = data.parapet_failover_readiness.this
    values = { ready = false, estimated_rto_seconds = 300 }
  }
}

run "the_active_region_is_one_of_them" {
  command         = plan
  expect_failures = [var.active_region]

  variables {
    active_region = "us-east-1"
  }
}

run "a_database_or_a_replica" {
  command         = plan
  expect_failures = [var.regions]

  variables {
    regions = [
      { region = "eu-west-1", db_instance_identifier = "orders", load_balancer_arn = "arn:1" },
      { region = "eu-central-1", load_balancer_arn = "arn:2" },
    ]
  }
}

run "the_last_step_takes_all_traffic" {
  command         = plan
  expect_failures = [var.dial_steps]

  variables {
    dial_steps = [10, 50]
  }
}

run "steps_that_fall_are_refused" {
  command         = plan
  expect_failures = [var.dial_steps]

  variables {
    dial_steps = [50, 25, 100]
  }
}

run "a_step_of_nothing_is_refused" {
  command         = plan
  expect_failures = [var.dial_steps]

  variables {
    dial_steps = [0, 100]
  }
}

run "half_a_second_is_refused" {
  command         = plan
  expect_failures = [var.step_interval_seconds]

  variables {
    step_interval_seconds = 0.5
  }
}

run "no_backups_are_refused" {
  command         = plan
  expect_failures = [var.backup_retention_period]

  variables {
    backup_retention_period = 0
  }
}

run "a_path_without_its_slash_is_refused" {
  command         = plan
  expect_failures = [var.health_check_path]

  variables {
    health_check_path = "healthz"
  }
}

run "logs_for_no_day_are_refused" {
  command         = plan
  expect_failures = [var.flow_logs_retention]

  variables {
    flow_logs_retention = 0
  }
}

run "what_is_no_address_is_refused" {
  command         = plan
  expect_failures = [var.alarm_emails]

  variables {
    alarm_emails = ["on-call"]
  }
}

run "a_load_balancer_of_another_region_is_refused" {
  command         = plan
  expect_failures = [var.regions]

  variables {
    regions = [
      {
        region                 = "eu-west-1"
        db_instance_identifier = "orders"
        load_balancer_arn      = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/orders/1"
      },
      {
        region                 = "eu-central-1"
        db_instance_identifier = "orders-standby"
        load_balancer_arn      = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/orders/1"
      },
    ]
  }
}
