package parapet.aws.redshift.backups_test

import data.parapet.aws.redshift.backups
import rego.v1

findings(values, config) := found if {
	found := backups.deny with input as {"resource": {"values": values, "config": config}}
}

test_0_fails if {
	findings({"automated_snapshot_retention_period": 0}, {"automated_snapshot_retention_period": {}}) == {
		{"path": ["automated_snapshot_retention_period"], "message": "no automated snapshots are taken"},
	}
}

test_1_passes if {
	count(findings({"automated_snapshot_retention_period": 1}, {"automated_snapshot_retention_period": {}})) == 0
}

test_35_passes if {
	count(findings({"automated_snapshot_retention_period": 35}, {"automated_snapshot_retention_period": {}})) == 0
}

test_not_set_passes if count(findings({}, {"tags": {}})) == 0
