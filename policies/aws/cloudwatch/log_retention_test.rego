package parapet.aws.cloudwatch.log_retention_test

import data.parapet.aws.cloudwatch.log_retention
import data.parapet.lib.testing
import rego.v1

findings(values) := found if {
	found := log_retention.deny with input as {"resource": {"values": values}}
}

endless := {{"path": ["retention_in_days"], "message": "logs are kept for ever"}}

test_zero_fails if findings({"retention_in_days": 0}) == endless

test_not_set_fails if findings({"name": "/app"}) == endless

test_any_retention_passes if {
	every days in [1, 30, 3653] {
		count(findings({"retention_in_days": days})) == 0
	}
}

test_delivery_class_passes if count(findings({"retention_in_days": 0, "log_group_class": "DELIVERY"})) == 0

test_standard_class_fails if {
	found := log_retention.deny with input as {"resource": {
		"values": {"retention_in_days": 0, "log_group_class": "STANDARD"},
		"config": {"log_group_class": {"constant_value": "STANDARD"}},
	}}
	found == endless
}

test_unknown_class_is_undetermined if {
	found := log_retention.deny with input as {"resource": {
		"values": {"retention_in_days": 0},
		"config": {"log_group_class": {"references": ["var.class"]}},
	}}
	testing.undetermined(found, [["log_group_class"]])
}

test_unknown_retention_is_undetermined if testing.undetermined(findings({}), [["retention_in_days"]])
