# METADATA
# title: OpenSearch publishes its audit log
# description: The audit log tells who searched and changed what. It takes fine-grained access control.
# custom:
#   severity: low
#   resources: [aws_opensearch_domain, aws_elasticsearch_domain]
#   controls: {soc2: [CC7.2], nist-800-53: [AU-2, AU-12], pci-dss: ["10.2.1"], iso-27001: [A.8.15]}
#   aliases: [CKV_AWS_317, AVD-AWS-0042]
#   remediation: Add a `log_publishing_options` block with `log_type = "AUDIT_LOGS"`, and turn audit logs on in the dashboards.
package parapet.aws.opensearch.audit_logs

import data.parapet.lib.aws_config
import rego.v1

deny contains aws_config.fault(input.resource.config, "log_publishing_options", [], "the audit log is not published") if not audited

audited if {
	some log in input.resource.values.log_publishing_options
	log.log_type == "AUDIT_LOGS"
	not log.enabled == false
}
