package parapet.aws.guardduty.enabled_test

import data.parapet.aws.guardduty.enabled
import rego.v1

findings(values, config) := found if {
	found := enabled.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({"enable": false}, {"enable": {}}) == {{"path": ["enable"], "message": "the detector is suspended"}}
}

test_on_passes if count(findings({"enable": true}, {"enable": {}})) == 0

test_not_set_passes if count(findings({}, {"tags": {}})) == 0
