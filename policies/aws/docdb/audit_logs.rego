# METADATA
# title: DocumentDB exports its audit log
# description: The audit log tells who signed in and who changed collections, indexes and users.
# custom:
#   severity: low
#   resources: [aws_docdb_cluster]
#   controls: {soc2: [CC7.2], nist-800-53: [AU-2, AU-12], pci-dss: ["10.2.1"], iso-27001: [A.8.15]}
#   aliases: [CKV_AWS_85, AVD-AWS-0020]
#   remediation: Add `audit` to `enabled_cloudwatch_logs_exports`, and set the parameter `audit_logs` to `enabled`.
package parapet.aws.docdb.audit_logs

import rego.v1

deny contains {"path": ["enabled_cloudwatch_logs_exports"], "message": "the audit log is not exported"} if {
	not "audit" in input.resource.values.enabled_cloudwatch_logs_exports
}
