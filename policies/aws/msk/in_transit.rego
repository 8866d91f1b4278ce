# METADATA
# title: Kafka clients and brokers use TLS only
# description: With a plain listener, records and credentials cross the network in the clear.
# custom:
#   severity: high
#   resources: [aws_msk_cluster]
#   controls: {soc2: [CC6.7], gdpr: [Art. 32], nist-800-53: [SC-8], pci-dss: ["4.2.1"], iso-27001: [A.5.14, A.8.24]}
#   aliases: [CKV_AWS_81, AVD-AWS-0073]
#   remediation: Set `client_broker = "TLS"` and leave `in_cluster` on, in `encryption_in_transit`; both are the default.
package parapet.aws.msk.in_transit

import rego.v1

# Both default to encryption, also without the block.
deny contains {"path": ["encryption_info", 0, "encryption_in_transit", 0, "client_broker"], "message": message} if {
	mode := input.resource.values.encryption_info[0].encryption_in_transit[0].client_broker
	mode in {"PLAINTEXT", "TLS_PLAINTEXT"}
	message := sprintf("clients may connect without TLS (%s)", [mode])
}

deny contains {"path": ["encryption_info", 0, "encryption_in_transit", 0, "in_cluster"], "message": "brokers talk to each other without TLS"} if {
	input.resource.values.encryption_info[0].encryption_in_transit[0].in_cluster == false
}
