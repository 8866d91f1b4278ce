package parapet.aws.efs.encrypted_test

import data.parapet.aws.efs.encrypted
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := encrypted.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({"encrypted": false}, {"encrypted": {}}) == {
		{"path": ["encrypted"], "message": "files are not encrypted at rest"},
	}
}

test_not_set_fails if findings({}, {"tags": {}}) == {{"message": "files are not encrypted at rest"}}

test_absent_from_a_state_fails if {
	findings({}, {}) == {{"path": ["encrypted"], "message": "files are not encrypted at rest"}}
}

test_on_passes if count(findings({"encrypted": true}, {"encrypted": {}})) == 0

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"encrypted": {"references": ["var.x"]}}), [["encrypted"]])
}
