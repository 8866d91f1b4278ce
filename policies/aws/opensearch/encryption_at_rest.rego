# METADATA
# title: OpenSearch domains are encrypted at rest
# description: Indexes hold copies of the data they search, and snapshots of them can be read when they are not encrypted.
# custom:
#   severity: high
#   resources: [aws_opensearch_domain, aws_elasticsearch_domain]
#   controls: {soc2: [CC6.1], gdpr: [Art. 32], nist-800-53: [SC-28], pci-dss: ["3.5"], iso-27001: [A.8.24]}
#   aliases: [CKV_AWS_5, AVD-AWS-0048]
#   remediation: Add an `encrypt_at_rest` block with `enabled = true`.
package parapet.aws.opensearch.encryption_at_rest

import data.parapet.lib.aws_config
import rego.v1

deny contains aws_config.fault(input.resource.config, "encrypt_at_rest", [0, "enabled"], "data at rest is not encrypted") if {
	not input.resource.values.encrypt_at_rest[0].enabled
}
