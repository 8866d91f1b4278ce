# METADATA
# title: Alarms reach somebody
# description: An alarm whose actions are switched off changes its colour, and nothing else.
# custom:
#   severity: medium
#   resources: [aws_cloudwatch_metric_alarm, aws_cloudwatch_composite_alarm]
#   controls: {soc2: [CC7.2, CC7.3], nist-800-53: [SI-4, AU-5], pci-dss: ["10.7"], iso-27001: [A.8.16]}
#   aliases: [CKV_AWS_319]
#   remediation: Remove `actions_enabled = false`.
package parapet.aws.cloudwatch.alarm_actions

import rego.v1

deny contains {"path": ["actions_enabled"], "message": "the actions of the alarm are switched off"} if {
	input.resource.values.actions_enabled == false
}
