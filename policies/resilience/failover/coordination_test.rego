package parapet.resilience.failover.coordination_test

import data.parapet.lib.testing
import data.parapet.resilience.failover.coordination
import rego.v1

failover(values) := {"resource": {"type": "parapet_failover", "values": values}}

test_no_record_fails if count(coordination.deny) == 1 with input as failover({"name": "orders"})

test_a_table_passes if {
	count(coordination.deny) == 0 with input as failover({"coordination": {"dynamodb_table": "parapet-failover"}})
}

test_blocks_in_a_list_pass if {
	count(coordination.deny) == 0 with input as failover({"coordination": [{"s3_bucket": "parapet"}]})
}

test_unknown_coordination_is_undetermined if {
	testing.undetermined(coordination.deny, [["coordination"]]) with input as failover({"name": "orders"})
}
