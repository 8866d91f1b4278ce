# METADATA
# title: OpenSearch domains speak TLS 1.2 or newer
# description: The default policy admits TLS 1.0, whose weaknesses are known.
# custom:
#   severity: medium
#   resources: [aws_opensearch_domain, aws_elasticsearch_domain]
#   controls: {soc2: [CC6.7], gdpr: [Art. 32], nist-800-53: [SC-8], pci-dss: ["4.2.1"], iso-27001: [A.5.14, A.8.24]}
#   aliases: [CKV_AWS_228, AVD-AWS-0126]
#   remediation: Set `tls_security_policy = "Policy-Min-TLS-1-2-PFS-2023-10"` in `domain_endpoint_options`.
package parapet.aws.opensearch.tls_policy

import data.parapet.lib.aws_config
import rego.v1

deny contains aws_config.fault(input.resource.config, "domain_endpoint_options", [0, "tls_security_policy"], "TLS older than 1.2 is admitted") if {
	not startswith(input.resource.values.domain_endpoint_options[0].tls_security_policy, "Policy-Min-TLS-1-2-")
}
