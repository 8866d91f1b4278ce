package parapet.aws.redshift.encrypted_test

import data.parapet.aws.redshift.encrypted
import rego.v1

findings(values, config) := found if {
	found := encrypted.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({"encrypted": false}, {"encrypted": {}}) == {
		{"path": ["encrypted"], "message": "data at rest is not encrypted"},
	}
}

test_on_passes if count(findings({"encrypted": true}, {"encrypted": {}})) == 0

test_true_passes if count(findings({"encrypted": "true"}, {"encrypted": {}})) == 0

test_not_set_passes if count(findings({}, {"tags": {}})) == 0

test_off_as_text_fails if {
	findings({"encrypted": "false"}, {"encrypted": {}}) == {
		{"path": ["encrypted"], "message": "data at rest is not encrypted"},
	}
}
