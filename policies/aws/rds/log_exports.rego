# METADATA
# title: RDS exports its logs
# description: Logs that stay on the database host are lost with it, and nobody is alerted to what they say. Exported, they can be searched and kept.
# custom:
#   severity: low
#   resources: [aws_db_instance, aws_rds_cluster]
#   controls: {soc2: [CC7.2], nist-800-53: [AU-2, AU-12], pci-dss: ["10.2.1"], iso-27001: [A.8.15]}
#   aliases: [CKV_AWS_129, CKV_AWS_324]
#   remediation: Set `enabled_cloudwatch_logs_exports` to the logs of the engine, such as `["postgresql"]` or `["audit", "error"]`.
package parapet.aws.rds.log_exports

import rego.v1

deny contains {"path": ["enabled_cloudwatch_logs_exports"], "message": "no log is exported to CloudWatch"} if {
	not count(input.resource.values.enabled_cloudwatch_logs_exports) > 0
}
