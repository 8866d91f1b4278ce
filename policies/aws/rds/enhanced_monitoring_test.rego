package parapet.aws.rds.enhanced_monitoring_test

import data.parapet.aws.rds.enhanced_monitoring
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := enhanced_monitoring.deny with input as {"resource": {"values": values, "config": config}}
}

test_0_fails if {
	findings({"monitoring_interval": 0}, {"monitoring_interval": {}}) == {
		{"path": ["monitoring_interval"], "message": "enhanced monitoring is off"},
	}
}

test_not_set_fails if {
	findings({}, {"tags": {}}) == {{"path": ["monitoring_interval"], "message": "enhanced monitoring is off"}}
}

test_60_passes if count(findings({"monitoring_interval": 60}, {"monitoring_interval": {}})) == 0

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"monitoring_interval": {"references": ["var.x"]}}), [["monitoring_interval"]])
}
