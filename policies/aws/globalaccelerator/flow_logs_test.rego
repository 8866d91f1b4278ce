package parapet.aws.globalaccelerator.flow_logs_test

import data.parapet.aws.globalaccelerator.flow_logs
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := flow_logs.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({"attributes": [{"flow_logs_enabled": false}]}, {"attributes": [{"flow_logs_enabled": {}}]}) == {
		{"path": ["attributes", 0, "flow_logs_enabled"], "message": "traffic is not recorded"},
	}
}

test_not_set_fails if findings({}, {"tags": {}}) == {{"message": "traffic is not recorded"}}

test_absent_from_a_state_fails if {
	findings({}, {}) == {{"path": ["attributes", 0, "flow_logs_enabled"], "message": "traffic is not recorded"}}
}

test_on_passes if {
	count(findings({"attributes": [{"flow_logs_enabled": true}]}, {"attributes": [{"flow_logs_enabled": {}}]})) == 0
}

test_unknown_is_undetermined if {
	testing.undetermined(findings({"attributes": [{}]}, {"attributes": [{"flow_logs_enabled": {"references": ["var.x"]}}]}), [["attributes", 0, "flow_logs_enabled"]])
}
