package parapet.aws.rds.deletion_protection_test

import data.parapet.aws.rds.deletion_protection
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := deletion_protection.deny with input as {"resource": {"values": values, "config": config}}
}

unprotected := {{"path": ["deletion_protection"], "message": "deletion protection is off"}}

test_off_fails if findings({"deletion_protection": false}, {}) == unprotected

test_not_set_fails if findings({"engine": "postgres"}, {"engine": {}}) == unprotected

test_on_passes if count(findings({"deletion_protection": true}, {})) == 0

test_replica_passes if count(findings({"replicate_source_db": "orders"}, {"replicate_source_db": {}})) == 0

test_unknown_protection_is_undetermined if {
	testing.undetermined(findings({}, {"deletion_protection": {"references": ["var.protect"]}}), [["deletion_protection"]])
}

test_replica_of_an_unknown_source_is_undetermined if {
	found := findings({}, {"replicate_source_db": {"references": ["var.source"]}})
	testing.undetermined(found, [["replicate_source_db"]])
}

test_replica_of_an_instance_made_by_the_same_plan_passes if {
	source := {"replicate_source_db": {"references": ["aws_db_instance.orders.arn", "aws_db_instance.orders"]}}
	count(findings({}, source)) == 0
}
