package parapet.aws.cloudwatch.alarm_actions_test

import data.parapet.aws.cloudwatch.alarm_actions
import rego.v1

findings(values, config) := found if {
	found := alarm_actions.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({"actions_enabled": false}, {"actions_enabled": {}}) == {
		{"path": ["actions_enabled"], "message": "the actions of the alarm are switched off"},
	}
}

test_on_passes if count(findings({"actions_enabled": true}, {"actions_enabled": {}})) == 0

test_not_set_passes if count(findings({}, {"tags": {}})) == 0
