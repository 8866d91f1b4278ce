package parapet.aws.opensearch.in_vpc_test

import data.parapet.aws.opensearch.in_vpc
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := in_vpc.deny with input as {"resource": {"values": values, "config": config}}
}

test_none_fails if findings({}, {"domain_name": {}}) == {{"message": "the endpoint is on the internet"}}

test_empty_state_fails if {
	findings({"vpc_options": []}, {}) == {{"path": ["vpc_options"], "message": "the endpoint is on the internet"}}
}

test_in_a_vpc_passes if {
	count(findings({"vpc_options": [{"subnet_ids": ["subnet-0"]}]}, {"vpc_options": [{}]})) == 0
}

test_unknown_is_undetermined if testing.undetermined(findings({}, {"vpc_options": [{}]}), [["vpc_options"]])
