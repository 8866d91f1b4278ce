package parapet.aws.rds.multi_az_test

import data.parapet.aws.rds.multi_az
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := multi_az.deny with input as {"resource": {"values": values, "config": config}}
}

test_single_zone_fails if {
	findings({"multi_az": false}, {}) == {{"path": ["multi_az"], "message": "runs in one availability zone only"}}
}

test_default_fails if {
	findings({"engine": "postgres"}, {"engine": {}}) == {{"message": "runs in one availability zone only, as `multi_az` is not set"}}
}

test_standby_passes if count(findings({"multi_az": true}, {"multi_az": {}})) == 0

test_replica_passes if {
	count(findings({"replicate_source_db": "orders"}, {"replicate_source_db": {}})) == 0
	count(findings({"replicate_source_db": "orders", "multi_az": false}, {"replicate_source_db": {}})) == 0
}

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"multi_az": {"references": ["var.standby"]}}), [["multi_az"]])
}

test_not_set_without_configuration_is_undetermined if testing.undetermined(findings({}, null), [["multi_az"]])

test_replica_of_an_unknown_source_is_undetermined if {
	config := {"replicate_source_db": {"references": ["var.source"]}}
	testing.undetermined(findings({"multi_az": false}, config), [["replicate_source_db"]])
	testing.undetermined(findings({}, config), [["multi_az"]])
}

test_replica_of_an_instance_made_by_the_same_plan_passes if {
	source := {"replicate_source_db": {"references": ["aws_db_instance.orders.arn", "aws_db_instance.orders"]}}
	count(findings({}, source)) == 0
}
