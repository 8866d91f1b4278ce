package parapet.aws.iam.password_policy_test

import data.parapet.aws.iam.password_policy
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := password_policy.deny with input as {"resource": {"values": values, "config": config}}
}

short := {"path": ["minimum_password_length"], "message": "passwords may be shorter than 14 characters"}

reused := {"path": ["password_reuse_prevention"], "message": "fewer than 24 former passwords are refused"}

test_short_passwords_fail if {
	findings({"minimum_password_length": 13, "password_reuse_prevention": 24}, {}) == {short}
}

test_default_length_fails if {
	findings({"minimum_password_length": 6, "password_reuse_prevention": 24}, {"password_reuse_prevention": {}}) == {short}
}

test_reused_passwords_fail if findings({"minimum_password_length": 14, "password_reuse_prevention": 5}, {}) == {reused}

test_default_reuse_fails if {
	findings({"minimum_password_length": 14}, {"minimum_password_length": {}}) == {{
		"message": "former passwords may be reused, as `password_reuse_prevention` is not set",
	}}
}

test_long_and_fresh_passwords_pass if {
	count(findings({"minimum_password_length": 14, "password_reuse_prevention": 24}, {})) == 0
	count(findings({"minimum_password_length": 20, "password_reuse_prevention": 24}, {})) == 0
}

test_unknown_values_are_undetermined if {
	config := {"minimum_password_length": {"references": ["var.length"]}, "password_reuse_prevention": {"references": ["var.reuse"]}}
	testing.undetermined(findings({}, config), [["minimum_password_length"], ["password_reuse_prevention"]])
}
