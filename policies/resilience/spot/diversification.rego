# METADATA
# title: Spot node groups name many instance types
# description: Each instance type in each zone is a pool of its own that can run dry. A group that may take few of them stands still when they do, and loses many nodes at once.
# custom:
#   severity: medium
#   resources: [aws_eks_node_group, parapet_spot_node_group]
#   controls: {soc2: [A1.1]}
#   remediation: Name at least five types of equal vCPU and memory (`parapet spot advise` lists them), or let a `parapet_spot_node_group` choose them with `min_instance_types` of 10.
package parapet.resilience.spot.diversification

import data.parapet.lib.aws_config
import data.parapet.lib.spot
import rego.v1

# With three zones fifteen pools. AWS advises to be flexible across at least ten types; GPU families have not as many of one size.
enough := 5

deny contains {"path": ["instance_types"], "message": message} if {
	spot.bought(input.resource)
	named := count({type | some type in input.resource.values.instance_types})
	few(input.resource)
	message := sprintf("%d instance types are named; at least %d keep a Spot group going when a pool runs dry", [named, enough])
}

# EKS takes t3.medium when it is told nothing, and a launch template may name one type alone.
deny contains {"path": spot.bought(input.resource), "message": "no instance types are named, so that all Spot nodes are of one type"} if {
	input.resource.type == "aws_eks_node_group"
	aws_config.omits(input.resource.config, "instance_types")
}

deny contains {"path": ["min_instance_types"], "message": message} if {
	input.resource.type == "parapet_spot_node_group"
	not input.resource.values.instance_types
	asked := object.get(input.resource.values, "min_instance_types", 0)
	asked < enough
	message := sprintf("`min_instance_types` is %d; at least %d keep a Spot group going when a pool runs dry", [asked, enough])
}

# What is set but not known counts as few, and is undetermined.
few(resource) if {
	resource.type == "aws_eks_node_group"
	resource.config.instance_types
	count({type | some type in resource.values.instance_types}) < enough
}

few(resource) if {
	resource.type == "parapet_spot_node_group"
	count({type | some type in resource.values.instance_types}) < enough
	resource.values.instance_types
}
