package parapet.aws.opensearch.encryption_at_rest_test

import data.parapet.aws.opensearch.encryption_at_rest
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := encryption_at_rest.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({"encrypt_at_rest": [{"enabled": false}]}, {"encrypt_at_rest": [{"enabled": {}}]}) == {
		{"path": ["encrypt_at_rest", 0, "enabled"], "message": "data at rest is not encrypted"},
	}
}

test_not_set_fails if findings({}, {"tags": {}}) == {{"message": "data at rest is not encrypted"}}

test_absent_from_a_state_fails if {
	findings({}, {}) == {{"path": ["encrypt_at_rest", 0, "enabled"], "message": "data at rest is not encrypted"}}
}

test_on_passes if {
	count(findings({"encrypt_at_rest": [{"enabled": true}]}, {"encrypt_at_rest": [{"enabled": {}}]})) == 0
}

test_unknown_is_undetermined if {
	testing.undetermined(findings({"encrypt_at_rest": [{}]}, {"encrypt_at_rest": [{"enabled": {"references": ["var.x"]}}]}), [["encrypt_at_rest", 0, "enabled"]])
}
