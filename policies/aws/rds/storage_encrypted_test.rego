package parapet.aws.rds.storage_encrypted_test

import data.parapet.aws.rds.storage_encrypted
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := storage_encrypted.deny with input as {"resource": {"values": values, "config": config}}
}

unencrypted := {{"path": ["storage_encrypted"], "message": "storage is not encrypted at rest"}}

test_unencrypted_fails if findings({"storage_encrypted": false}, {}) == unencrypted

test_not_set_fails if findings({"engine": "postgres"}, {"engine": {}}) == unencrypted

test_not_set_without_configuration_fails if findings({"engine": "postgres"}, null) == unencrypted

test_encrypted_passes if count(findings({"storage_encrypted": true}, {})) == 0

test_replica_passes if count(findings({"replicate_source_db": "orders"}, {"replicate_source_db": {}})) == 0

test_unknown_encryption_is_undetermined if {
	testing.undetermined(findings({}, {"storage_encrypted": {"references": ["var.encrypted"]}}), [["storage_encrypted"]])
}

test_replica_of_an_unknown_source_is_undetermined if {
	found := findings({}, {"replicate_source_db": {"references": ["var.source"]}})
	testing.undetermined(found, [["replicate_source_db"]])
}

test_replica_of_an_instance_made_by_the_same_plan_passes if {
	source := {"replicate_source_db": {"references": ["aws_db_instance.orders.arn", "aws_db_instance.orders"]}}
	count(findings({}, source)) == 0
}
