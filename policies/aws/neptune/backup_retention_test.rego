package parapet.aws.neptune.backup_retention_test

import data.parapet.aws.neptune.backup_retention
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := backup_retention.deny with input as {"resource": {"values": values, "config": config}}
}

test_1_fails if {
	findings({"backup_retention_period": 1}, {"backup_retention_period": {}}) == {
		{"path": ["backup_retention_period"], "message": "backups are kept for fewer than 7 days"},
	}
}

test_not_set_fails if {
	findings({}, {"tags": {}}) == {
		{"path": ["backup_retention_period"], "message": "backups are kept for fewer than 7 days"},
	}
}

test_7_passes if count(findings({"backup_retention_period": 7}, {"backup_retention_period": {}})) == 0

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"backup_retention_period": {"references": ["var.x"]}}), [["backup_retention_period"]])
}
