package parapet.aws.eks.private_endpoint_test

import data.parapet.aws.eks.private_endpoint
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := private_endpoint.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({"vpc_config": [{"endpoint_private_access": false}]}, {"vpc_config": [{"endpoint_private_access": {}}]}) == {
		{"path": ["vpc_config", 0, "endpoint_private_access"], "message": "nodes reach the API through the internet"},
	}
}

test_not_set_fails if {
	findings({}, {"tags": {}}) == {{"message": "nodes reach the API through the internet"}}
}

test_absent_from_a_state_fails if {
	findings({}, {}) == {
		{"path": ["vpc_config", 0, "endpoint_private_access"], "message": "nodes reach the API through the internet"},
	}
}

test_on_passes if {
	count(findings({"vpc_config": [{"endpoint_private_access": true}]}, {"vpc_config": [{"endpoint_private_access": {}}]})) == 0
}

test_unknown_is_undetermined if {
	testing.undetermined(findings({"vpc_config": [{}]}, {"vpc_config": [{"endpoint_private_access": {"references": ["var.x"]}}]}), [["vpc_config", 0, "endpoint_private_access"]])
}
