package parapet.aws.lb.deletion_protection_test

import data.parapet.aws.lb.deletion_protection
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := deletion_protection.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({"enable_deletion_protection": false}, {"enable_deletion_protection": {}}) == {
		{"path": ["enable_deletion_protection"], "message": "deletion protection is off"},
	}
}

test_not_set_fails if {
	findings({}, {"tags": {}}) == {
		{"path": ["enable_deletion_protection"], "message": "deletion protection is off"},
	}
}

test_on_passes if {
	count(findings({"enable_deletion_protection": true}, {"enable_deletion_protection": {}})) == 0
}

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"enable_deletion_protection": {"references": ["var.x"]}}), [["enable_deletion_protection"]])
}
