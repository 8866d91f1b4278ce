# METADATA
# title: Critical workloads keep nodes bought on demand
# description: When a region runs short, Spot capacity goes everywhere at once. What the cluster and the business cannot do without needs some nodes that stay.
# custom:
#   severity: high
#   resources: [aws_eks_node_group, parapet_spot_node_group]
#   controls: {soc2: [A1.1], nist-800-53: [CP-2]}
#   remediation: Set `on_demand_base_capacity` or `on_demand_percentage_above_base` of the `parapet_spot_node_group`; buy an `aws_eks_node_group` for critical workloads with `capacity_type = "ON_DEMAND"`.
package parapet.resilience.spot.on_demand_base

import data.parapet.lib.spot
import rego.v1

words := {"critical", "criticaladdonsonly", "essential", "system"}

# An `aws_eks_node_group` is all Spot or all on demand.
deny contains {"path": spot.bought(input.resource), "message": message} if {
	input.resource.type == "aws_eks_node_group"
	some mark in critical
	message := sprintf("nodes for critical workloads (%s) are all bought on the Spot market", [spot.shown(mark)])
}

deny contains {"path": ["on_demand_base_capacity"], "message": message} if {
	input.resource.type == "parapet_spot_node_group"
	not some_on_demand
	some mark in critical
	message := sprintf("nodes for critical workloads (%s) have no base that is bought on demand", [spot.shown(mark)])
}

critical contains mark if {
	some mark in spot.marks(input.resource)
	spot.names(mark, words)
	not spot.off(mark)
}

some_on_demand if input.resource.values.on_demand_base_capacity > 0

some_on_demand if input.resource.values.on_demand_percentage_above_base > 0
