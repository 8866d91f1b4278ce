package parapet.aws.config.enabled_test

import data.parapet.aws.config.enabled
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := enabled.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({"is_enabled": false}, {"is_enabled": {}}) == {
		{"path": ["is_enabled"], "message": "the recorder is stopped"},
	}
}

test_not_set_fails if {
	findings({}, {"tags": {}}) == {{"path": ["is_enabled"], "message": "the recorder is stopped"}}
}

test_on_passes if count(findings({"is_enabled": true}, {"is_enabled": {}})) == 0

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"is_enabled": {"references": ["var.x"]}}), [["is_enabled"]])
}
