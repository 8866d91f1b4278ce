package parapet.cost.spot.labelled_test

import data.parapet.cost.spot.labelled
import data.parapet.lib.testing
import rego.v1

group(values, config) := {"resource": {"type": "aws_eks_node_group", "values": values, "config": config}}

label := {"labels": {"lifecycle": "spot"}}

test_on_demand_fails if {
	labelled.deny == {{
		"path": ["capacity_type"],
		"message": "`lifecycle = spot` promises Spot nodes, and they are bought on demand",
	}} with input as group(object.union(label, {"capacity_type": "ON_DEMAND"}), {"capacity_type": {}, "labels": {}})
}

test_the_default_fails if {
	labelled.deny == {{
		"message": "`lifecycle = spot` promises Spot nodes, and without `capacity_type` they are bought on demand",
	}} with input as group(label, {"labels": {}})
}

test_spot_and_other_labels_pass if {
	count(labelled.deny) == 0 with input as group(object.union(label, {"capacity_type": "SPOT"}), {"capacity_type": {}})
	count(labelled.deny) == 0 with input as group({"labels": {"lifecycle": "normal"}}, {"labels": {}})
	count(labelled.deny) == 0 with input as group({"labels": {"spot": "false"}}, {"labels": {}})
}

test_unknown_capacity_type_is_undetermined if {
	testing.undetermined(labelled.deny, [["capacity_type"]]) with input as group(label, {"capacity_type": {"references": ["var.x"]}})
}
