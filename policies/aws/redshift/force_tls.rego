# METADATA
# title: Redshift parameter groups do not allow plain connections
# description: With `require_ssl` off, a client that does not ask for TLS sends its password and its data in the clear. Groups that leave the parameter alone are not judged.
# custom:
#   severity: medium
#   resources: [aws_redshift_parameter_group]
#   controls: {soc2: [CC6.7], gdpr: [Art. 32], nist-800-53: [SC-8], pci-dss: ["4.2.1"], iso-27001: [A.5.14, A.8.24]}
#   aliases: [CKV_AWS_105]
#   remediation: Set the parameter `require_ssl` to `true`.
package parapet.aws.redshift.force_tls

import rego.v1

deny contains {"path": ["parameter", i, "value"], "message": "clients may connect without TLS"} if {
	some i, parameter in input.resource.values.parameter
	parameter.name == "require_ssl"
	lower(parameter.value) != "true"
}

deny contains {"path": ["parameter", i, "value"], "message": "clients may connect without TLS"} if {
	some i, parameter in input.resource.values.parameter
	parameter.name == "require_ssl"
	not parameter.value
}
