package parapet.aws.cloudtrail.log_file_validation_test

import data.parapet.aws.cloudtrail.log_file_validation
import data.parapet.lib.testing
import rego.v1

findings(values) := found if {
	found := log_file_validation.deny with input as {"resource": {"values": values}}
}

unsigned := {{"path": ["enable_log_file_validation"], "message": "log files can be changed unnoticed"}}

test_turned_off_fails if findings({"enable_log_file_validation": false}) == unsigned

test_not_set_fails if findings({"name": "main"}) == unsigned

test_turned_on_passes if count(findings({"enable_log_file_validation": true})) == 0

test_unknown_is_undetermined if testing.undetermined(findings({}), [["enable_log_file_validation"]])
