package parapet.aws.neptune.audit_logs_test

import data.parapet.aws.neptune.audit_logs
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := audit_logs.deny with input as {"resource": {"values": values, "config": config}}
}

test_empty_fails if {
	findings({"enable_cloudwatch_logs_exports": []}, {"enable_cloudwatch_logs_exports": {}}) == {
		{"path": ["enable_cloudwatch_logs_exports"], "message": "the audit log is not exported"},
	}
}

test_slowquery_fails if {
	findings({"enable_cloudwatch_logs_exports": ["slowquery"]}, {"enable_cloudwatch_logs_exports": {}}) == {
		{"path": ["enable_cloudwatch_logs_exports"], "message": "the audit log is not exported"},
	}
}

test_not_set_fails if {
	findings({}, {"tags": {}}) == {
		{"path": ["enable_cloudwatch_logs_exports"], "message": "the audit log is not exported"},
	}
}

test_audit_passes if {
	count(findings({"enable_cloudwatch_logs_exports": ["audit"]}, {"enable_cloudwatch_logs_exports": {}})) == 0
}

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"enable_cloudwatch_logs_exports": {"references": ["var.x"]}}), [["enable_cloudwatch_logs_exports"]])
}
