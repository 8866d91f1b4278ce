package parapet.aws.neptune.storage_encrypted_test

import data.parapet.aws.neptune.storage_encrypted
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := storage_encrypted.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({"storage_encrypted": false}, {"storage_encrypted": {}}) == {
		{"path": ["storage_encrypted"], "message": "storage is not encrypted at rest"},
	}
}

test_not_set_fails if {
	findings({}, {"tags": {}}) == {{"path": ["storage_encrypted"], "message": "storage is not encrypted at rest"}}
}

test_on_passes if count(findings({"storage_encrypted": true}, {"storage_encrypted": {}})) == 0

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"storage_encrypted": {"references": ["var.x"]}}), [["storage_encrypted"]])
}
