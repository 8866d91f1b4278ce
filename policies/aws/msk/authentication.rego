# METADATA
# title: Kafka clients authenticate
# description: Where unauthenticated clients are admitted, everything that reaches a broker may read and write every topic.
# custom:
#   severity: high
#   resources: [aws_msk_cluster]
#   controls: {soc2: [CC6.1], nist-800-53: [AC-3, IA-9], pci-dss: ["8.3"], iso-27001: [A.8.5]}
#   remediation: Set `unauthenticated = false`, and turn on `sasl.iam`, `sasl.scram` or `tls` in `client_authentication`.
package parapet.aws.msk.authentication

import rego.v1

deny contains {"path": ["client_authentication", 0, "unauthenticated"], "message": "clients are admitted without authentication"} if {
	input.resource.values.client_authentication[0].unauthenticated == true
}
