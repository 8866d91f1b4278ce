package parapet.aws.opensearch.access_control_test

import data.parapet.aws.opensearch.access_control
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := access_control.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({"advanced_security_options": [{"enabled": false}]}, {"advanced_security_options": [{"enabled": {}}]}) == {
		{"path": ["advanced_security_options", 0, "enabled"], "message": "fine-grained access control is off"},
	}
}

test_not_set_fails if findings({}, {"tags": {}}) == {{"message": "fine-grained access control is off"}}

test_absent_from_a_state_fails if {
	findings({}, {}) == {
		{"path": ["advanced_security_options", 0, "enabled"], "message": "fine-grained access control is off"},
	}
}

test_on_passes if {
	count(findings({"advanced_security_options": [{"enabled": true}]}, {"advanced_security_options": [{"enabled": {}}]})) == 0
}

test_unknown_is_undetermined if {
	testing.undetermined(findings({"advanced_security_options": [{}]}, {"advanced_security_options": [{"enabled": {"references": ["var.x"]}}]}), [["advanced_security_options", 0, "enabled"]])
}
