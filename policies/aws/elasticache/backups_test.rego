package parapet.aws.elasticache.backups_test

import data.parapet.aws.elasticache.backups
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := backups.deny with input as {"resource": {"values": values, "config": config}}
}

test_0_fails if {
	findings({"snapshot_retention_limit": 0}, {"snapshot_retention_limit": {}}) == {
		{"path": ["snapshot_retention_limit"], "message": "no snapshots are kept"},
	}
}

test_not_set_fails if {
	findings({}, {"tags": {}}) == {{"path": ["snapshot_retention_limit"], "message": "no snapshots are kept"}}
}

test_7_passes if count(findings({"snapshot_retention_limit": 7}, {"snapshot_retention_limit": {}})) == 0

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"snapshot_retention_limit": {"references": ["var.x"]}}), [["snapshot_retention_limit"]])
}
