package parapet.aws.rds.log_exports_test

import data.parapet.aws.rds.log_exports
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := log_exports.deny with input as {"resource": {"values": values, "config": config}}
}

test_empty_fails if {
	findings({"enabled_cloudwatch_logs_exports": []}, {"enabled_cloudwatch_logs_exports": {}}) == {
		{"path": ["enabled_cloudwatch_logs_exports"], "message": "no log is exported to CloudWatch"},
	}
}

test_not_set_fails if {
	findings({}, {"tags": {}}) == {
		{"path": ["enabled_cloudwatch_logs_exports"], "message": "no log is exported to CloudWatch"},
	}
}

test_postgresql_passes if {
	count(findings({"enabled_cloudwatch_logs_exports": ["postgresql"]}, {"enabled_cloudwatch_logs_exports": {}})) == 0
}

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"enabled_cloudwatch_logs_exports": {"references": ["var.x"]}}), [["enabled_cloudwatch_logs_exports"]])
}
