package parapet.lib.spot_test

import data.parapet.lib.spot
import rego.v1

group(values, config) := {"type": "aws_eks_node_group", "values": values, "config": config}

test_spot_is_bought if spot.bought(group({"capacity_type": "SPOT"}, {})) == ["capacity_type"]

test_an_unknown_capacity_type_may_be_spot if spot.bought(group({}, {"capacity_type": {}})) == ["capacity_type"]

test_on_demand_and_the_default_are_not if {
	not spot.bought(group({"capacity_type": "ON_DEMAND"}, {"capacity_type": {}}))
	not spot.bought(group({}, {"instance_types": {}}))
}

test_a_group_bought_on_demand_alone_is_not if {
	spot.bought({"type": "parapet_spot_node_group", "values": {"on_demand_percentage_above_base": 0}})
	not spot.bought({"type": "parapet_spot_node_group", "values": {"on_demand_percentage_above_base": 100}})
}

test_marks_come_from_labels_and_both_kinds_of_taints if {
	spot.marks(group({"labels": {"Tier": "Critical"}, "taint": [{"key": "a/Role", "effect": "NO_SCHEDULE"}]}, {})) == {
		{"path": ["labels", "Tier"], "key": "tier", "value": "critical"},
		{"path": ["taint", 0], "key": "a/role", "value": ""},
	}
	spot.marks({"type": "parapet_spot_node_group", "values": {"taints": [{"key": "x", "value": "Y"}]}}) == {{
		"path": ["taints", 0],
		"key": "x",
		"value": "y",
	}}
}

test_words_are_whole_parts if {
	spot.names({"key": "x", "value": "app-database"}, {"database"})
	spot.names({"key": "example.com/stateful", "value": "true"}, {"stateful"})
	not spot.names({"key": "stateful.example.com/x", "value": "true"}, {"stateful"})
	not spot.names({"key": "x", "value": "databases"}, {"database"})
}

test_marks_are_switched_off if {
	spot.off({"value": "false"})
	not spot.off({"value": "true"})
}

test_marks_are_shown_with_their_value if {
	spot.shown({"key": "tier", "value": "critical"}) == "`tier = critical`"
	spot.shown({"key": "criticaladdonsonly", "value": ""}) == "`criticaladdonsonly`"
}
