package parapet.resilience.efs.several_zones_test

import data.parapet.resilience.efs.several_zones
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := several_zones.deny with input as {"resource": {"values": values, "config": config}}
}

test_one_zone_fails if {
	findings({"availability_zone_name": "eu-west-1a"}, {"availability_zone_name": {}}) == {
		{"path": ["availability_zone_name"], "message": "kept in eu-west-1a only"},
	}
}

test_not_set_passes if count(findings({}, {"creation_token": {}})) == 0

test_empty_in_a_state_passes if count(findings({"availability_zone_name": ""}, {})) == 0

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"availability_zone_name": {}}), [["availability_zone_name"]])
}
