package parapet.aws.cloudtrail.enabled_test

import data.parapet.aws.cloudtrail.enabled
import rego.v1

findings(values, config) := found if {
	found := enabled.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({"enable_logging": false}, {"enable_logging": {}}) == {
		{"path": ["enable_logging"], "message": "the trail records nothing"},
	}
}

test_on_passes if count(findings({"enable_logging": true}, {"enable_logging": {}})) == 0

test_not_set_passes if count(findings({}, {"tags": {}})) == 0
