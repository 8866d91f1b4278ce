package parapet.aws.docdb.audit_logs_test

import data.parapet.aws.docdb.audit_logs
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := audit_logs.deny with input as {"resource": {"values": values, "config": config}}
}

test_empty_fails if {
	findings({"enabled_cloudwatch_logs_exports": []}, {"enabled_cloudwatch_logs_exports": {}}) == {
		{"path": ["enabled_cloudwatch_logs_exports"], "message": "the audit log is not exported"},
	}
}

test_profiler_fails if {
	findings({"enabled_cloudwatch_logs_exports": ["profiler"]}, {"enabled_cloudwatch_logs_exports": {}}) == {
		{"path": ["enabled_cloudwatch_logs_exports"], "message": "the audit log is not exported"},
	}
}

test_not_set_fails if {
	findings({}, {"tags": {}}) == {
		{"path": ["enabled_cloudwatch_logs_exports"], "message": "the audit log is not exported"},
	}
}

test_audit_profiler_passes if {
	count(findings({"enabled_cloudwatch_logs_exports": ["audit", "profiler"]}, {"enabled_cloudwatch_logs_exports": {}})) == 0
}

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"enabled_cloudwatch_logs_exports": {"references": ["var.x"]}}), [["enabled_cloudwatch_logs_exports"]])
}
