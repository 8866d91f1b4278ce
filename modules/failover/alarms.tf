# What makes a failover impossible, or necessary, wakes somebody.

data "aws_iam_policy_document" "topic" {
  for_each = toset(local.names)

  statement {
    sid       = "Alarms"
    actions   = ["sns:Publish"]
    resources = ["arn:${local.partition}:sns:${each.key}:${local.account}:${var.name}-failover"]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

resource "aws_sns_topic" "alarms" {
  for_each = toset(local.names)

  region            = each.key
  name              = "${var.name}-failover"
  kms_master_key_id = aws_kms_key.this[each.key].arn
  tags              = local.tags
}

resource "aws_sns_topic_policy" "alarms" {
  for_each = toset(local.names)

  region = each.key
  arn    = aws_sns_topic.alarms[each.key].arn
  policy = data.aws_iam_policy_document.topic[each.key].json
}

resource "aws_sns_topic_subscription" "alarms" {
  for_each = { for pair in setproduct(local.names, var.alarm_emails) : "${pair[0]}/${pair[1]}" => { region = pair[0], email = pair[1] } }

  region    = each.value.region
  topic_arn = aws_sns_topic.alarms[each.value.region].arn
  protocol  = "email"
  endpoint  = each.value.email
}

# One in each region, whichever is active: a failover must not have to change anything in a region that is gone. A writer has no lag to
# report, and its alarm no data; a replica that stops reporting one is told of, as nobody knows then what a failover would lose.
resource "aws_cloudwatch_metric_alarm" "replica_lag" {
  for_each = local.databases

  region                    = each.key
  alarm_name                = "${var.name}-replica-lag"
  alarm_description         = "The replica ${each.value} is more than ${var.rpo_seconds} seconds behind: a failover to ${each.key} would refuse, or lose more than agreed."
  namespace                 = "AWS/RDS"
  metric_name               = "ReplicaLag"
  dimensions                = { DBInstanceIdentifier = each.value }
  statistic                 = "Maximum"
  period                    = 60
  evaluation_periods        = 5
  datapoints_to_alarm       = 5
  comparison_operator       = "GreaterThanThreshold"
  threshold                 = var.rpo_seconds
  treat_missing_data        = "missing"
  alarm_actions             = [aws_sns_topic.alarms[each.key].arn]
  ok_actions                = [aws_sns_topic.alarms[each.key].arn]
  insufficient_data_actions = [aws_sns_topic.alarms[each.key].arn]
  tags                      = local.tags
}

# The accelerator looks at the same health; the standby has to be healthy before it is needed.
resource "aws_cloudwatch_metric_alarm" "unhealthy" {
  for_each = { for name, it in local.regions : name => it if it.target_group != null }

  region              = each.key
  alarm_name          = "${var.name}-unhealthy"
  alarm_description   = "Nothing answers behind the load balancer of ${var.name} in ${each.key}."
  namespace           = strcontains(each.value.load_balancer_arn, ":loadbalancer/net/") ? "AWS/NetworkELB" : "AWS/ApplicationELB"
  metric_name         = "HealthyHostCount"
  statistic           = "Minimum"
  period              = 60
  evaluation_periods  = 3
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms[each.key].arn]
  ok_actions          = [aws_sns_topic.alarms[each.key].arn]
  tags                = local.tags

  dimensions = {
    LoadBalancer = element(split(":loadbalancer/", each.value.load_balancer_arn), 1)
    TargetGroup  = element(split(":", each.value.target_group.arn), 5)
  }
}
