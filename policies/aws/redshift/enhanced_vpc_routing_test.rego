package parapet.aws.redshift.enhanced_vpc_routing_test

import data.parapet.aws.redshift.enhanced_vpc_routing
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := enhanced_vpc_routing.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({"enhanced_vpc_routing": false}, {"enhanced_vpc_routing": {}}) == {
		{"path": ["enhanced_vpc_routing"], "message": "COPY and UNLOAD pass the VPC by"},
	}
}

test_not_set_fails if findings({}, {"tags": {}}) == {{"message": "COPY and UNLOAD pass the VPC by"}}

test_absent_from_a_state_fails if {
	findings({}, {}) == {{"path": ["enhanced_vpc_routing"], "message": "COPY and UNLOAD pass the VPC by"}}
}

test_on_passes if count(findings({"enhanced_vpc_routing": true}, {"enhanced_vpc_routing": {}})) == 0

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"enhanced_vpc_routing": {"references": ["var.x"]}}), [["enhanced_vpc_routing"]])
}
