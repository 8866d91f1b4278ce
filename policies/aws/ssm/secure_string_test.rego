package parapet.aws.ssm.secure_string_test

import data.parapet.aws.ssm.secure_string
import rego.v1

findings(values, config) := found if {
	found := secure_string.deny with input as {"resource": {"values": values, "config": config}}
}

test_password_fails if {
	findings({"name": "/orders/db_password", "type": "String"}, {}) == {
		{"path": ["type"], "message": "/orders/db_password is stored in the clear"},
	}
}

test_encrypted_passes if count(findings({"name": "/orders/db_password", "type": "SecureString"}, {})) == 0

test_other_name_passes if count(findings({"name": "/orders/token_url", "type": "String"}, {})) == 0
