package parapet.aws.credentials.literal_password_test

import data.parapet.aws.credentials.literal_password
import rego.v1

findings(values, config) := found if {
	found := literal_password.deny with input as {"resource": {"values": values, "config": config}}
}

test_literal_fails if {
	findings({"password": "hunter2hunter2"}, {"password": {"constant_value": "hunter2hunter2"}}) == {
		{"path": ["password"], "message": "the secret is written in the configuration"},
	}
}

test_reference_passes if {
	count(findings({"master_password": "x"}, {"master_password": {"references": ["var.password"]}})) == 0
}

test_managed_passes if {
	count(findings({"manage_master_user_password": true}, {"manage_master_user_password": {"constant_value": true}})) == 0
}

test_empty_passes if count(findings({}, {"auth_token": {"constant_value": ""}})) == 0
