# METADATA
# title: Stateful workloads do not run on Spot nodes
# description: Spot capacity is taken back with two minutes' notice. A database needs longer to hand over, and its volume is tied to one zone, where there may be no other node.
# custom:
#   severity: high
#   resources: [aws_eks_node_group, parapet_spot_node_group]
#   controls: {nist-800-53: [CP-10]}
#   remediation: Buy this group on demand (`capacity_type = "ON_DEMAND"`, in an `aws_eks_node_group`), or take the label or taint away from nodes that hold no state.
package parapet.resilience.spot.stateful

import data.parapet.lib.spot
import rego.v1

words := {
	"cassandra", "database", "databases", "db", "elasticsearch", "kafka", "mongodb", "mysql", "postgres", "postgresql",
	"redis", "stateful", "statefulset", "storage",
}

deny contains {"path": spot.bought(input.resource), "message": message} if {
	some mark in spot.marks(input.resource)
	spot.names(mark, words)
	not spot.off(mark)
	message := sprintf("nodes that hold state (%s) are bought on the Spot market", [spot.shown(mark)])
}
