package parapet.aws.elasticache.minor_upgrades_test

import data.parapet.aws.elasticache.minor_upgrades
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := minor_upgrades.deny with input as {"resource": {"values": values, "config": config}}
}

test_not_set_passes if count(findings({}, {"tags": {}})) == 0

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"auto_minor_version_upgrade": {"references": ["var.x"]}}), [["auto_minor_version_upgrade"]])
}

test_off_fails if {
	findings({"auto_minor_version_upgrade": false}, {"auto_minor_version_upgrade": {}}) == {
		{"path": ["auto_minor_version_upgrade"], "message": "minor versions, and their security fixes, are not installed"},
	}
}

test_off_as_text_fails if {
	findings({"auto_minor_version_upgrade": "false"}, {"auto_minor_version_upgrade": {}}) == {
		{"path": ["auto_minor_version_upgrade"], "message": "minor versions, and their security fixes, are not installed"},
	}
}

test_on_passes if {
	count(findings({"auto_minor_version_upgrade": "true"}, {"auto_minor_version_upgrade": {}})) == 0
}
