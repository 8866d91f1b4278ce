package parapet.resilience.spot.on_demand_base_test

import data.parapet.lib.testing
import data.parapet.resilience.spot.on_demand_base
import rego.v1

group(values, config) := {"resource": {"type": "aws_eks_node_group", "values": values, "config": config}}

ours(values) := {"resource": {"type": "parapet_spot_node_group", "values": values}}

addons := [{"key": "CriticalAddonsOnly", "value": "true", "effect": "NO_SCHEDULE"}]

test_critical_addons_on_spot_alone_fail if {
	on_demand_base.deny == {{
		"path": ["capacity_type"],
		"message": "nodes for critical workloads (`criticaladdonsonly = true`) are all bought on the Spot market",
	}} with input as group({"capacity_type": "SPOT", "taint": addons}, {})
}

test_no_base_fails if {
	on_demand_base.deny == {{
		"path": ["on_demand_base_capacity"],
		"message": "nodes for critical workloads (`tier = critical`) have no base that is bought on demand",
	}} with input as ours({"labels": {"tier": "critical"}, "on_demand_base_capacity": 0})
}

test_a_base_or_a_share_passes if {
	count(on_demand_base.deny) == 0 with input as ours({"taints": addons, "on_demand_base_capacity": 2})
	count(on_demand_base.deny) == 0 with input as ours({"taints": addons, "on_demand_percentage_above_base": 25})
}

test_on_demand_and_what_is_not_critical_pass if {
	count(on_demand_base.deny) == 0 with input as group({"capacity_type": "ON_DEMAND", "taint": addons}, {})
	count(on_demand_base.deny) == 0 with input as group({"capacity_type": "SPOT", "labels": {"tier": "batch"}}, {})
	count(on_demand_base.deny) == 0 with input as group({"capacity_type": "SPOT", "labels": {"critical": "false"}}, {})
}

test_unknown_base_is_undetermined if {
	found := on_demand_base.deny with input as ours({"taints": addons})
	testing.undetermined(found, [["on_demand_base_capacity"]])
}

test_unknown_capacity_type_is_undetermined if {
	found := on_demand_base.deny with input as group({"taint": addons}, {"capacity_type": {"references": ["var.x"]}})
	testing.undetermined(found, [["capacity_type"]])
}
