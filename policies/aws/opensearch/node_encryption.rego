# METADATA
# title: OpenSearch nodes encrypt what they send each other
# description: Shards, queries and results move between nodes all the time.
# custom:
#   severity: medium
#   resources: [aws_opensearch_domain, aws_elasticsearch_domain]
#   controls: {soc2: [CC6.7], gdpr: [Art. 32], nist-800-53: [SC-8], pci-dss: ["4.2.1"], iso-27001: [A.5.14, A.8.24]}
#   aliases: [CKV_AWS_6, AVD-AWS-0043]
#   remediation: Add a `node_to_node_encryption` block with `enabled = true`.
package parapet.aws.opensearch.node_encryption

import data.parapet.lib.aws_config
import rego.v1

deny contains aws_config.fault(input.resource.config, "node_to_node_encryption", [0, "enabled"], "traffic between nodes is not encrypted") if {
	not input.resource.values.node_to_node_encryption[0].enabled
}
