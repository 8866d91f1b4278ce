package parapet.aws.iam.access_key_test

import data.parapet.aws.iam.access_key
import rego.v1

findings(values, config) := found if {
	found := access_key.deny with input as {"resource": {"values": values, "config": config}}
}

test_active_fails if {
	findings({"user": "ci", "status": "Active"}, {"user": {}}) == {
		{"path": ["status"], "message": "the key works until somebody deletes it"},
	}
}

test_default_fails if {
	findings({"user": "ci"}, {"user": {}}) == {
		{"path": ["status"], "message": "the key works until somebody deletes it"},
	}
}

test_inactive_passes if count(findings({"status": "Inactive"}, {"status": {}})) == 0
