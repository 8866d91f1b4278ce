package parapet.aws.rds.global_encrypted_test

import data.parapet.aws.rds.global_encrypted
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := global_encrypted.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({"storage_encrypted": false}, {"storage_encrypted": {}}) == {
		{"path": ["storage_encrypted"], "message": "storage is not encrypted at rest"},
	}
}

test_not_set_fails if findings({}, {"tags": {}}) == {{"message": "storage is not encrypted at rest"}}

test_absent_from_a_state_fails if {
	findings({}, {}) == {{"path": ["storage_encrypted"], "message": "storage is not encrypted at rest"}}
}

test_on_passes if count(findings({"storage_encrypted": true}, {"storage_encrypted": {}})) == 0

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"storage_encrypted": {"references": ["var.x"]}}), [["storage_encrypted"]])
}

test_made_from_a_cluster_passes if {
	count(findings({"source_db_cluster_identifier": "arn"}, {"source_db_cluster_identifier": {}})) == 0
}
