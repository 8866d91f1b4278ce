package parapet.aws.opensearch.audit_logs_test

import data.parapet.aws.opensearch.audit_logs
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := audit_logs.deny with input as {"resource": {"values": values, "config": config}}
}

test_none_fails if findings({}, {"domain_name": {}}) == {{"message": "the audit log is not published"}}

test_another_log_fails if {
	findings({"log_publishing_options": [{"log_type": "INDEX_SLOW_LOGS"}]}, {"log_publishing_options": [{"log_type": {}}]}) == {
		{"path": ["log_publishing_options"], "message": "the audit log is not published"},
	}
}

test_turned_off_fails if {
	findings({"log_publishing_options": [{"log_type": "AUDIT_LOGS", "enabled": false}]}, {"log_publishing_options": [{}]}) == {
		{"path": ["log_publishing_options"], "message": "the audit log is not published"},
	}
}

test_audit_log_passes if {
	count(findings({"log_publishing_options": [{"log_type": "INDEX_SLOW_LOGS"}, {"log_type": "AUDIT_LOGS"}]}, {"log_publishing_options": [{}, {}]})) == 0
}

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"log_publishing_options": [{}]}), [["log_publishing_options"]])
}
