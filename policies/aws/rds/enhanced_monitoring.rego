# METADATA
# title: RDS reports the processes of its host
# description: Metrics of CloudWatch come from the hypervisor, once a minute. Enhanced monitoring shows memory, disk and processes as the host itself sees them.
# custom:
#   severity: low
#   resources: [aws_db_instance]
#   controls: {soc2: [CC7.2], nist-800-53: [SI-4], iso-27001: [A.8.16]}
#   aliases: [CKV_AWS_118]
#   remediation: Set `monitoring_interval` to 60 seconds or less, with a `monitoring_role_arn`.
package parapet.aws.rds.enhanced_monitoring

import rego.v1

deny contains {"path": ["monitoring_interval"], "message": "enhanced monitoring is off"} if {
	not input.resource.values.monitoring_interval > 0
}
