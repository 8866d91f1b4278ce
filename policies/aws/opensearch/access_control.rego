# METADATA
# title: OpenSearch decides who may see which index
# description: Without fine-grained access control, whoever may call the domain may read and delete every index.
# custom:
#   severity: medium
#   resources: [aws_opensearch_domain, aws_elasticsearch_domain]
#   controls: {soc2: [CC6.1, CC6.3], nist-800-53: [AC-6], pci-dss: ["7.2.2"], iso-27001: [A.5.15, A.8.2]}
#   aliases: [CKV2_AWS_52]
#   remediation: Add an `advanced_security_options` block with `enabled = true` and a master user.
package parapet.aws.opensearch.access_control

import data.parapet.lib.aws_config
import rego.v1

deny contains aws_config.fault(input.resource.config, "advanced_security_options", [0, "enabled"], "fine-grained access control is off") if {
	not input.resource.values.advanced_security_options[0].enabled
}
