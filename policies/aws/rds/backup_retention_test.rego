package parapet.aws.rds.backup_retention_test

import data.parapet.aws.rds.backup_retention
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := backup_retention.deny with input as {"resource": {"values": values, "config": config}}
}

test_backups_off_fail if {
	findings({"backup_retention_period": 0}, {}) == {{
		"path": ["backup_retention_period"],
		"message": "backups are kept for fewer than 7 days: 0",
	}}
}

test_six_days_fail if count(findings({"backup_retention_period": 6}, {})) == 1

test_default_fails if {
	findings({"engine": "postgres"}, {"engine": {}}) == {{"message": "backups are kept for 1 day, as no retention is set; keep them for 7"}}
}

test_seven_days_pass if count(findings({"backup_retention_period": 7}, {})) == 0

test_replica_passes if {
	count(findings({"replicate_source_db": "orders"}, {"replicate_source_db": {}})) == 0
	count(findings({"replicate_source_db": "orders", "backup_retention_period": 0}, {"replicate_source_db": {}})) == 0
}

test_unknown_retention_is_undetermined if {
	found := findings({}, {"backup_retention_period": {"references": ["var.days"]}})
	testing.undetermined(found, [["backup_retention_period"]])
}

test_not_set_without_configuration_is_undetermined if {
	testing.undetermined(findings({}, null), [["backup_retention_period"]])
}

test_restored_database_is_undetermined if {
	testing.undetermined(findings({}, {"snapshot_identifier": {}}), [["backup_retention_period"]])
}

test_replica_of_an_unknown_source_is_undetermined if {
	found := findings({"backup_retention_period": 0}, {"replicate_source_db": {"references": ["var.source"]}})
	testing.undetermined(found, [["replicate_source_db"]])
}

test_replica_of_an_instance_made_by_the_same_plan_passes if {
	source := {"replicate_source_db": {"references": ["aws_db_instance.orders.arn", "aws_db_instance.orders"]}}
	count(findings({}, source)) == 0
}
