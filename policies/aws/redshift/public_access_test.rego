package parapet.aws.redshift.public_access_test

import data.parapet.aws.redshift.public_access
import rego.v1

findings(values, config) := found if {
	found := public_access.deny with input as {"resource": {"values": values, "config": config}}
}

test_on_fails if {
	findings({"publicly_accessible": true}, {"publicly_accessible": {}}) == {
		{"path": ["publicly_accessible"], "message": "the cluster has an address on the internet"},
	}
}

test_off_passes if count(findings({"publicly_accessible": false}, {"publicly_accessible": {}})) == 0

test_not_set_passes if count(findings({}, {"tags": {}})) == 0
