package parapet.aws.lb.drop_invalid_headers_test

import data.parapet.aws.lb.drop_invalid_headers
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := drop_invalid_headers.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({"drop_invalid_header_fields": false}, {"drop_invalid_header_fields": {}}) == {
		{"path": ["drop_invalid_header_fields"], "message": "invalid headers are passed on"},
	}
}

test_not_set_fails if {
	findings({}, {"tags": {}}) == {
		{"path": ["drop_invalid_header_fields"], "message": "invalid headers are passed on"},
	}
}

test_on_passes if {
	count(findings({"drop_invalid_header_fields": true}, {"drop_invalid_header_fields": {}})) == 0
}

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"drop_invalid_header_fields": {"references": ["var.x"]}}), [["drop_invalid_header_fields"]])
}

test_network_load_balancer_passes if count(findings({"load_balancer_type": "network"}, {"name": {}})) == 0
