# METADATA
# title: API domains speak TLS 1.2 or newer
# description: TLS 1.0 has known weaknesses; it is the default of edge-optimized domains made through the API.
# custom:
#   severity: medium
#   resources: [aws_api_gateway_domain_name]
#   controls: {soc2: [CC6.7], gdpr: [Art. 32], nist-800-53: [SC-8], pci-dss: ["4.2.1"], iso-27001: [A.5.14, A.8.24]}
#   aliases: [CKV_AWS_206, AVD-AWS-0005]
#   remediation: Set `security_policy = "TLS_1_2"` or one of the `SecurityPolicy_TLS13_...` policies.
package parapet.aws.apigateway.tls_version

import rego.v1

deny contains {"path": ["security_policy"], "message": "TLS 1.0 is admitted"} if {
	input.resource.values.security_policy == "TLS_1_0"
}

# What is not written is decided by AWS, and is fine.
deny contains {"path": ["security_policy"], "message": "TLS 1.0 is admitted"} if {
	input.resource.config.security_policy
	not input.resource.values.security_policy
}
