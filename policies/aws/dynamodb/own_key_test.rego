package parapet.aws.dynamodb.own_key_test

import data.parapet.aws.dynamodb.own_key
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := own_key.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({"server_side_encryption": [{"enabled": false}]}, {"server_side_encryption": [{"enabled": {}}]}) == {
		{"path": ["server_side_encryption", 0, "enabled"], "message": "encrypts with a key that AWS owns"},
	}
}

test_not_set_fails if findings({}, {"tags": {}}) == {{"message": "encrypts with a key that AWS owns"}}

test_absent_from_a_state_fails if {
	findings({}, {}) == {
		{"path": ["server_side_encryption", 0, "enabled"], "message": "encrypts with a key that AWS owns"},
	}
}

test_on_passes if {
	count(findings({"server_side_encryption": [{"enabled": true}]}, {"server_side_encryption": [{"enabled": {}}]})) == 0
}

test_unknown_is_undetermined if {
	testing.undetermined(findings({"server_side_encryption": [{}]}, {"server_side_encryption": [{"enabled": {"references": ["var.x"]}}]}), [["server_side_encryption", 0, "enabled"]])
}
