# METADATA
# title: Nodes labelled as Spot are bought on the Spot market
# description: Workloads that tolerate interruption are sent to these nodes, but they are bought on demand, at two to four times the price. EKS buys on demand when `capacity_type` is left out.
# custom:
#   severity: medium
#   resources: [aws_eks_node_group]
#   remediation: Set `capacity_type = "SPOT"`, or take the label or taint away.
package parapet.cost.spot.labelled

import data.parapet.lib.aws_config
import data.parapet.lib.spot
import rego.v1

deny contains {"path": ["capacity_type"], "message": sprintf("%s promises Spot nodes, and they are bought on demand", [spot.shown(mark)])} if {
	not input.resource.values.capacity_type == "SPOT"
	not aws_config.omits(input.resource.config, "capacity_type")
	some mark in promised
}

# No attribute is to blame: what is missing is not there.
deny contains {"message": sprintf("%s promises Spot nodes, and without `capacity_type` they are bought on demand", [spot.shown(mark)])} if {
	aws_config.omits(input.resource.config, "capacity_type")
	some mark in promised
}

promised contains mark if {
	some mark in spot.marks(input.resource)
	spot.names(mark, {"spot"})
	not spot.off(mark)
}
