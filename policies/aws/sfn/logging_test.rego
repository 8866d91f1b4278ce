package parapet.aws.sfn.logging_test

import data.parapet.aws.sfn.logging
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := logging.deny with input as {"resource": {"values": values, "config": config}}
}

test_none_fails if findings({}, {"name": {}}) == {{"message": "executions are not logged"}}

test_off_fails if {
	findings({"logging_configuration": [{"level": "OFF"}]}, {"logging_configuration": [{"level": {}}]}) == {
		{"path": ["logging_configuration", 0, "level"], "message": "executions are not logged"},
	}
}

test_errors_pass if count(findings({"logging_configuration": [{"level": "ERROR"}]}, {})) == 0

test_unknown_is_undetermined if {
	testing.undetermined(findings({"logging_configuration": [{}]}, {"logging_configuration": [{"level": {}}]}), [["logging_configuration", 0, "level"]])
}
