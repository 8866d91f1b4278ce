# What makes a failover impossible, or necessary, wakes somebody.

data "aws_iam_policy_document" "topic" {
  for_each = local.alarm_regions

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
  for_each = local.alarm_regions

  region            = each.key
  name              = "${var.name}-failover"
  kms_master_key_id = aws_kms_key.this[each.key].arn
  tags              = local.tags
}

resource "aws_sns_topic_policy" "alarms" {
  for_each = local.alarm_regions

  region = each.key
  arn    = aws_sns_topic.alarms[each.key].arn
  policy = data.aws_iam_policy_document.topic[each.key].json
}

resource "aws_sns_topic_subscription" "alarms" {
  for_each = { for pair in setproduct(local.alarm_regions, var.alarm_emails) : "${pair[0]}/${pair[1]}" => { region = pair[0], email = pair[1] } }

  region    = each.value.region
  topic_arn = aws_sns_topic.alarms[each.value.region].arn
  protocol  = "email"
  endpoint  = each.value.email
}

# No data is as bad as a lag: then nobody knows what a failover would lose.
resource "aws_cloudwatch_metric_alarm" "replica_lag" {
  region              = local.other
  alarm_name          = "${var.name}-replica-lag"
  alarm_description   = "The replica in ${local.other} is more than ${var.rpo_seconds} seconds behind: a failover would refuse, or lose more than agreed."
  namespace           = "AWS/RDS"
  metric_name         = "ReplicaLag"
  dimensions          = { DBInstanceIdentifier = local.databases[local.other] }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.rpo_seconds
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms[local.other].arn]
  ok_actions          = [aws_sns_topic.alarms[local.other].arn]
  tags                = local.tags
}

resource "aws_cloudwatch_metric_alarm" "unhealthy_endpoints" {
  for_each = toset(local.names)

  region              = local.accelerator_region
  alarm_name          = "${var.name}-unhealthy-${each.key}"
  alarm_description   = "The accelerator finds no healthy endpoint in ${each.key}."
  namespace           = "AWS/GlobalAccelerator"
  metric_name         = "HealthyEndpointCount"
  statistic           = "Minimum"
  period              = 60
  evaluation_periods  = 3
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms[local.accelerator_region].arn]
  ok_actions          = [aws_sns_topic.alarms[local.accelerator_region].arn]
  tags                = local.tags

  dimensions = {
    Accelerator   = element(split("/", parapet_global_accelerator.this.arn), 1)
    EndpointGroup = element(split("/", local.groups[each.key].arn), 5)
  }
}
