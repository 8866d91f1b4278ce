package parapet.aws.apigateway.access_logs_test

import data.parapet.aws.apigateway.access_logs
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := access_logs.deny with input as {"resource": {"values": values, "config": config}}
}

test_empty_fails if {
	findings({"access_log_settings": []}, {"access_log_settings": {}}) == {
		{"path": ["access_log_settings"], "message": "calls are not logged"},
	}
}

test_not_set_fails if {
	findings({}, {"tags": {}}) == {{"path": ["access_log_settings"], "message": "calls are not logged"}}
}

test_destination_arn_arn_passes if {
	count(findings({"access_log_settings": [{"destination_arn": "arn"}]}, {"access_log_settings": {}})) == 0
}

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"access_log_settings": {"references": ["var.x"]}}), [["access_log_settings"]])
}
