package parapet.aws.docdb.deletion_protection_test

import data.parapet.aws.docdb.deletion_protection
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := deletion_protection.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({"deletion_protection": false}, {"deletion_protection": {}}) == {
		{"path": ["deletion_protection"], "message": "deletion protection is off"},
	}
}

test_not_set_fails if {
	findings({}, {"tags": {}}) == {{"path": ["deletion_protection"], "message": "deletion protection is off"}}
}

test_on_passes if count(findings({"deletion_protection": true}, {"deletion_protection": {}})) == 0

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"deletion_protection": {"references": ["var.x"]}}), [["deletion_protection"]])
}
