package parapet.aws.msk.authentication_test

import data.parapet.aws.msk.authentication
import rego.v1

findings(values, config) := found if {
	found := authentication.deny with input as {"resource": {"values": values, "config": config}}
}

test_on_fails if {
	findings({"client_authentication": [{"unauthenticated": true}]}, {"client_authentication": [{"unauthenticated": {}}]}) == {
		{"path": ["client_authentication", 0, "unauthenticated"], "message": "clients are admitted without authentication"},
	}
}

test_off_passes if {
	count(findings({"client_authentication": [{"unauthenticated": false}]}, {"client_authentication": [{"unauthenticated": {}}]})) == 0
}

test_not_set_passes if count(findings({}, {"tags": {}})) == 0
