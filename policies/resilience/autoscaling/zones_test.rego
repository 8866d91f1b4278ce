package parapet.resilience.autoscaling.zones_test

import data.parapet.resilience.autoscaling.zones
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := zones.deny with input as {"resource": {"values": values, "config": config}}
}

test_one_subnet_fails if {
	findings({"vpc_zone_identifier": ["subnet-0"]}, {"vpc_zone_identifier": {}}) == {
		{"path": ["vpc_zone_identifier"], "message": "all instances are in subnet-0"},
	}
}

test_one_zone_fails if {
	findings({"availability_zones": ["eu-west-1a"]}, {"availability_zones": {}}) == {
		{"path": ["availability_zones"], "message": "all instances are in eu-west-1a"},
	}
}

test_two_subnets_pass if {
	count(findings({"vpc_zone_identifier": ["subnet-0", "subnet-1"]}, {"vpc_zone_identifier": {}})) == 0
}

test_not_set_passes if count(findings({}, {"max_size": {}})) == 0

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"vpc_zone_identifier": {}}), [["vpc_zone_identifier"]])
}
