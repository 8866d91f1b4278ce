# METADATA
# title: Neptune exports its audit log
# description: The audit log tells who asked what of the graph.
# custom:
#   severity: low
#   resources: [aws_neptune_cluster]
#   controls: {soc2: [CC7.2], nist-800-53: [AU-2, AU-12], pci-dss: ["10.2.1"], iso-27001: [A.8.15]}
#   aliases: [CKV_AWS_101, AVD-AWS-0075]
#   remediation: Add `audit` to `enable_cloudwatch_logs_exports`, and set the parameter `neptune_enable_audit_log` to 1.
package parapet.aws.neptune.audit_logs

import rego.v1

deny contains {"path": ["enable_cloudwatch_logs_exports"], "message": "the audit log is not exported"} if {
	not "audit" in input.resource.values.enable_cloudwatch_logs_exports
}
