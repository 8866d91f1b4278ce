package parapet.aws.rds.minor_upgrades_test

import data.parapet.aws.rds.minor_upgrades
import rego.v1

findings(values, config) := found if {
	found := minor_upgrades.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({"auto_minor_version_upgrade": false}, {"auto_minor_version_upgrade": {}}) == {
		{"path": ["auto_minor_version_upgrade"], "message": "minor versions, and their security fixes, are not installed"},
	}
}

test_on_passes if {
	count(findings({"auto_minor_version_upgrade": true}, {"auto_minor_version_upgrade": {}})) == 0
}

test_not_set_passes if count(findings({}, {"tags": {}})) == 0
