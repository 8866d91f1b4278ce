# METADATA
# title: Routes to peered VPCs are as narrow as their use
# description: A route for every address into a peering connection lets a whole network be reached that needs a few addresses.
# custom:
#   severity: medium
#   resources: [aws_route]
#   controls: {soc2: [CC6.6], cis-aws: ["5.5"], nist-800-53: [AC-4, SC-7], pci-dss: ["1.3"], iso-27001: [A.8.22]}
#   aliases: [CKV2_AWS_44]
#   remediation: Set `destination_cidr_block` to the network, or the subnet, that has to be reached.
package parapet.aws.vpc.peering_routes

import data.parapet.lib.aws_network
import rego.v1

deny contains {"path": [argument], "message": sprintf("%s is routed into a peering connection", [network])} if {
	some argument in ["destination_cidr_block", "destination_ipv6_cidr_block"]
	network := input.resource.values[argument]
	aws_network.world(network)
	peered
}

peered if input.resource.values.vpc_peering_connection_id != ""

# The connection is made by the same plan.
peered if {
	some reference in input.resource.config.vpc_peering_connection_id.references
	startswith(reference, "aws_vpc_peering_connection.")
}
