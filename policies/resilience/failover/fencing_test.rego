package parapet.resilience.failover.fencing_test

import data.parapet.lib.testing
import data.parapet.resilience.failover.fencing
import rego.v1

failover(values) := {"resource": {"type": "parapet_failover", "values": values}}

test_no_fence_fails if count(fencing.deny) == 1 with input as failover({"name": "orders"})

test_the_mode_none_fails if count(fencing.deny) == 1 with input as failover({"fencing": {"mode": "none", "required": false}})

test_a_fence_that_is_not_required_fails if {
	found := fencing.deny with input as failover({"fencing": {"mode": "remove_endpoints", "required": false}})
	some finding in found
	contains(finding.message, "not required")
}

test_a_required_fence_passes if {
	count(fencing.deny) == 0 with input as failover({"fencing": {"mode": "security_group", "required": true}})
}

test_blocks_in_a_list_pass if {
	count(fencing.deny) == 0 with input as failover({"fencing": [{"mode": "remove_endpoints", "required": true}]})
}

test_unknown_fencing_is_undetermined if {
	testing.undetermined(fencing.deny, [["fencing"]]) with input as failover({"name": "orders"})
}
