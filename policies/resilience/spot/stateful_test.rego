package parapet.resilience.spot.stateful_test

import data.parapet.lib.testing
import data.parapet.resilience.spot.stateful
import rego.v1

group(values, config) := {"resource": {"type": "aws_eks_node_group", "values": values, "config": config}}

kafka := [{"key": "app", "value": "kafka", "effect": "NO_SCHEDULE"}]

test_a_database_on_spot_fails if {
	stateful.deny == {{
		"path": ["capacity_type"],
		"message": "nodes that hold state (`workload = database`) are bought on the Spot market",
	}} with input as group({"capacity_type": "SPOT", "labels": {"workload": "database"}}, {})
}

test_a_taint_counts if {
	count(stateful.deny) == 1 with input as group({"capacity_type": "SPOT", "taint": kafka}, {})
}

test_parapets_own_group_counts if {
	count(stateful.deny) == 1 with input as {"resource": {"type": "parapet_spot_node_group", "values": {"taints": kafka}}}
}

test_on_demand_and_stateless_pass if {
	count(stateful.deny) == 0 with input as group({"capacity_type": "ON_DEMAND", "taint": kafka}, {})
	count(stateful.deny) == 0 with input as group({"labels": {"workload": "database"}}, {"labels": {}})
	count(stateful.deny) == 0 with input as group({"capacity_type": "SPOT", "labels": {"workload": "web"}}, {})
	count(stateful.deny) == 0 with input as group({"capacity_type": "SPOT", "labels": {"stateful": "false"}}, {})
}

test_unknown_capacity_type_is_undetermined if {
	found := stateful.deny with input as group({"taint": kafka}, {"capacity_type": {"references": ["var.capacity_type"]}})
	testing.undetermined(found, [["capacity_type"]])
}
