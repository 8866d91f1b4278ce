package parapet.resilience.spot.diversification_test

import data.parapet.lib.testing
import data.parapet.resilience.spot.diversification
import rego.v1

group(values, config) := {"resource": {"type": "aws_eks_node_group", "values": values, "config": config}}

ours(values) := {"resource": {"type": "parapet_spot_node_group", "values": values}}

many := ["m5.large", "m5a.large", "m6i.large", "m6a.large", "m7i.large"]

few := {"capacity_type": "SPOT", "instance_types": ["m5.large", "m5a.large"]}

test_two_types_fail if {
	diversification.deny == {{
		"path": ["instance_types"],
		"message": "2 instance types are named; at least 5 keep a Spot group going when a pool runs dry",
	}} with input as group(few, {"capacity_type": {}, "instance_types": {}})
}

test_one_type_twice_is_one if {
	found := diversification.deny with input as group(
		{"capacity_type": "SPOT", "instance_types": ["m5.large", "m5.large", "m5.large", "m5.large", "m5.large"]},
		{"instance_types": {}},
	)
	count(found) == 1
}

test_no_types_fail if {
	diversification.deny == {{
		"path": ["capacity_type"],
		"message": "no instance types are named, so that all Spot nodes are of one type",
	}} with input as group({"capacity_type": "SPOT"}, {"capacity_type": {}})
}

test_parapets_own_group_fails_by_its_minimum_or_its_types if {
	count(diversification.deny) == 1 with input as ours({"min_instance_types": 3})
	count(diversification.deny) == 1 with input as ours({"min_instance_types": 10, "instance_types": ["m5.large"]})
}

test_five_types_and_on_demand_pass if {
	count(diversification.deny) == 0 with input as group({"capacity_type": "SPOT", "instance_types": many}, {"instance_types": {}})
	count(diversification.deny) == 0 with input as group(object.union(few, {"capacity_type": "ON_DEMAND"}), {"instance_types": {}})
	count(diversification.deny) == 0 with input as group({"instance_types": ["m5.large"]}, {"instance_types": {}})
	count(diversification.deny) == 0 with input as ours({"min_instance_types": 10})
	count(diversification.deny) == 0 with input as ours({"min_instance_types": 1, "instance_types": many})
}

test_unknown_types_are_undetermined if {
	found := diversification.deny with input as group({"capacity_type": "SPOT"}, {"capacity_type": {}, "instance_types": {}})
	testing.undetermined(found, [["instance_types"]])
}

test_unknown_minimum_is_undetermined if {
	testing.undetermined(diversification.deny, [["min_instance_types"]]) with input as ours({})
}
