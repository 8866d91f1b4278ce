package parapet.aws.elasticache.multi_az_test

import data.parapet.aws.elasticache.multi_az
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := multi_az.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({"multi_az_enabled": false}, {"multi_az_enabled": {}}) == {
		{"path": ["multi_az_enabled"], "message": "primary and replicas may share one zone"},
	}
}

test_not_set_fails if {
	findings({}, {"tags": {}}) == {
		{"path": ["multi_az_enabled"], "message": "primary and replicas may share one zone"},
	}
}

test_on_passes if count(findings({"multi_az_enabled": true}, {"multi_az_enabled": {}})) == 0

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"multi_az_enabled": {"references": ["var.x"]}}), [["multi_az_enabled"]])
}
