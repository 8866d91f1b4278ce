package parapet.aws.credentials.literal_keys_test

import data.parapet.aws.credentials.literal_keys
import rego.v1

findings(values, config) := found if {
	found := literal_keys.deny with input as {"resource": {"values": values, "config": config}}
}

test_user_data_fails if {
	findings({"user_data": "export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE"}, {}) == {
		{"path": ["user_data"], "message": "holds an access key of AWS"},
	}
}

test_encoded_user_data_fails if {
	findings({"user_data": "LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQ=="}, {}) == {
		{"path": ["user_data"], "message": "holds a private key"},
	}
}

test_hashed_user_data_fails if {
	findings({"user_data": "0123456789abcdef"}, {"user_data": {"constant_value": "AKIAIOSFODNN7EXAMPLE"}}) == {
		{"path": ["user_data"], "message": "holds an access key of AWS"},
	}
}

test_variable_fails if {
	findings({"environment": [{"variables": {"KEY": "AKIAIOSFODNN7EXAMPLE"}}]}, {}) == {
		{"path": ["environment", 0, "variables"], "message": "KEY holds an access key of AWS"},
	}
}

test_containers_fail if {
	findings({
		"container_definitions": "[{\"environment\": [{\"name\": \"K\", \"value\": \"AKIAIOSFODNN7EXAMPLE\"}]}]",
	}, {}) == {
		{"path": ["container_definitions"], "message": "holds an access key of AWS"},
	}
}

test_other_text_passes if {
	count(findings({
		"user_data": "#!/bin/sh\necho AKIA",
		"environment": [{"variables": {"ROLE": "arn:aws:iam::111122223333:role/app"}}],
	}, {})) == 0
}

test_none_passes if count(findings({}, {})) == 0
