# METADATA
# title: CloudTrail delivers to CloudWatch Logs
# description: Alarms need events within minutes; files in a bucket come later and are searched by nobody at night.
# custom:
#   severity: low
#   resources: [aws_cloudtrail]
#   controls: {soc2: [CC7.2, CC7.3], nist-800-53: [AU-6, SI-4], pci-dss: ["10.4.1"], iso-27001: [A.8.16]}
#   aliases: [CKV2_AWS_10, AVD-AWS-0162]
#   remediation: Set `cloud_watch_logs_group_arn` and `cloud_watch_logs_role_arn`.
package parapet.aws.cloudtrail.log_group

import rego.v1

deny contains {"path": ["cloud_watch_logs_group_arn"], "message": "events are not delivered to CloudWatch Logs"} if not delivered

delivered if input.resource.values.cloud_watch_logs_group_arn != ""
