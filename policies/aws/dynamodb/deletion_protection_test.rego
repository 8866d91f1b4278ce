package parapet.aws.dynamodb.deletion_protection_test

import data.parapet.aws.dynamodb.deletion_protection
import rego.v1

findings(values, config) := found if {
	found := deletion_protection.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({"deletion_protection_enabled": false}, {"deletion_protection_enabled": {}}) == {
		{"path": ["deletion_protection_enabled"], "message": "deletion protection is off"},
	}
}

test_on_passes if {
	count(findings({"deletion_protection_enabled": true}, {"deletion_protection_enabled": {}})) == 0
}

test_not_set_passes if count(findings({}, {"tags": {}})) == 0
