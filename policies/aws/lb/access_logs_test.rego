package parapet.aws.lb.access_logs_test

import data.parapet.aws.lb.access_logs
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := access_logs.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({"access_logs": [{"enabled": false}]}, {"access_logs": [{"enabled": {}}]}) == {
		{"path": ["access_logs", 0, "enabled"], "message": "access is not logged"},
	}
}

test_not_set_fails if findings({}, {"tags": {}}) == {{"message": "access is not logged"}}

test_absent_from_a_state_fails if {
	findings({}, {}) == {{"path": ["access_logs", 0, "enabled"], "message": "access is not logged"}}
}

test_on_passes if {
	count(findings({"access_logs": [{"enabled": true}]}, {"access_logs": [{"enabled": {}}]})) == 0
}

test_unknown_is_undetermined if {
	testing.undetermined(findings({"access_logs": [{}]}, {"access_logs": [{"enabled": {"references": ["var.x"]}}]}), [["access_logs", 0, "enabled"]])
}

test_gateway_load_balancer_passes if count(findings({"load_balancer_type": "gateway"}, {"name": {}})) == 0
