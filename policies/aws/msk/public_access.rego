# METADATA
# title: Kafka brokers have no public address
# description: Brokers with public access can be reached from the internet as far as their security groups let them be.
# custom:
#   severity: high
#   resources: [aws_msk_cluster]
#   controls: {soc2: [CC6.6], nist-800-53: [AC-4, SC-7], pci-dss: ["1.3.1"], iso-27001: [A.8.20]}
#   aliases: [CKV_AWS_291]
#   remediation: Remove `public_access`, or set its `type` to `DISABLED`; connect through private connectivity or peering.
package parapet.aws.msk.public_access

import rego.v1

deny contains {"path": ["broker_node_group_info", 0, "connectivity_info", 0, "public_access", 0, "type"], "message": "brokers have public addresses"} if {
	input.resource.values.broker_node_group_info[0].connectivity_info[0].public_access[0].type == "SERVICE_PROVIDED_EIPS"
}
