# METADATA
# title: Redshift clusters are encrypted at rest
# description: An unencrypted warehouse can be read by whoever obtains a snapshot of it.
# custom:
#   severity: high
#   resources: [aws_redshift_cluster]
#   controls: {soc2: [CC6.1], gdpr: [Art. 32], nist-800-53: [SC-28], pci-dss: ["3.5"], iso-27001: [A.8.24]}
#   aliases: [CKV_AWS_64, AVD-AWS-0084]
#   remediation: Set `encrypted = true`; an existing cluster is changed in place.
package parapet.aws.redshift.encrypted

import rego.v1

deny contains {"path": ["encrypted"], "message": "data at rest is not encrypted"} if {
	input.resource.values.encrypted in {false, "false"}
}
