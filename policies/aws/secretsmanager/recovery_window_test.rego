package parapet.aws.secretsmanager.recovery_window_test

import data.parapet.aws.secretsmanager.recovery_window
import rego.v1

findings(values, config) := found if {
	found := recovery_window.deny with input as {"resource": {"values": values, "config": config}}
}

test_0_fails if {
	findings({"recovery_window_in_days": 0}, {"recovery_window_in_days": {}}) == {
		{"path": ["recovery_window_in_days"], "message": "a deleted secret is gone at once"},
	}
}

test_7_passes if count(findings({"recovery_window_in_days": 7}, {"recovery_window_in_days": {}})) == 0

test_30_passes if count(findings({"recovery_window_in_days": 30}, {"recovery_window_in_days": {}})) == 0

test_not_set_passes if count(findings({}, {"tags": {}})) == 0
