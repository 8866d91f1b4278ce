package parapet.aws.dynamodb.point_in_time_recovery_test

import data.parapet.aws.dynamodb.point_in_time_recovery
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := point_in_time_recovery.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({"point_in_time_recovery": [{"enabled": false}]}, {"point_in_time_recovery": [{"enabled": {}}]}) == {
		{"path": ["point_in_time_recovery", 0, "enabled"], "message": "point-in-time recovery is off"},
	}
}

test_not_set_fails if findings({}, {"tags": {}}) == {{"message": "point-in-time recovery is off"}}

test_absent_from_a_state_fails if {
	findings({}, {}) == {
		{"path": ["point_in_time_recovery", 0, "enabled"], "message": "point-in-time recovery is off"},
	}
}

test_on_passes if {
	count(findings({"point_in_time_recovery": [{"enabled": true}]}, {"point_in_time_recovery": [{"enabled": {}}]})) == 0
}

test_unknown_is_undetermined if {
	testing.undetermined(findings({"point_in_time_recovery": [{}]}, {"point_in_time_recovery": [{"enabled": {"references": ["var.x"]}}]}), [["point_in_time_recovery", 0, "enabled"]])
}
