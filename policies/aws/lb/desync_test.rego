package parapet.aws.lb.desync_test

import data.parapet.aws.lb.desync
import rego.v1

findings(values, config) := found if {
	found := desync.deny with input as {"resource": {"values": values, "config": config}}
}

test_monitor_fails if {
	findings({"desync_mitigation_mode": "monitor"}, {"desync_mitigation_mode": {}}) == {
		{"path": ["desync_mitigation_mode"], "message": "ambiguous requests are passed on"},
	}
}

test_defensive_passes if {
	count(findings({"desync_mitigation_mode": "defensive"}, {"desync_mitigation_mode": {}})) == 0
}

test_strictest_passes if {
	count(findings({"desync_mitigation_mode": "strictest"}, {"desync_mitigation_mode": {}})) == 0
}

test_not_set_passes if count(findings({}, {"tags": {}})) == 0
