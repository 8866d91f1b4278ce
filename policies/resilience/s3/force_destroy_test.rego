package parapet.resilience.s3.force_destroy_test

import data.parapet.resilience.s3.force_destroy
import rego.v1

findings(values, config) := found if {
	found := force_destroy.deny with input as {"resource": {"values": values, "config": config}}
}

test_on_fails if {
	findings({"force_destroy": true}, {"force_destroy": {}}) == {
		{"path": ["force_destroy"], "message": "a destroy deletes every object"},
	}
}

test_off_passes if count(findings({"force_destroy": false}, {"force_destroy": {}})) == 0

test_not_set_passes if count(findings({}, {"tags": {}})) == 0
