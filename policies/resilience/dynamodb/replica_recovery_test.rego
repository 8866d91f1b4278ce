package parapet.resilience.dynamodb.replica_recovery_test

import data.parapet.resilience.dynamodb.replica_recovery
import rego.v1

findings(values, config) := found if {
	found := replica_recovery.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({
		"replica": [
			{"region_name": "a", "point_in_time_recovery": true},
			{"region_name": "b", "point_in_time_recovery": false},
		],
	}, {}) == {
		{"path": ["replica", 1, "point_in_time_recovery"], "message": "the replica in b cannot be restored"},
	}
}

test_on_passes if {
	count(findings({"replica": [{"region_name": "a", "point_in_time_recovery": true}]}, {})) == 0
}

test_no_replica_passes if count(findings({}, {})) == 0
