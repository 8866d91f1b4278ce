package parapet.aws.ec2.metadata_hops_test

import data.parapet.aws.ec2.metadata_hops
import rego.v1

findings(values, config) := found if {
	found := metadata_hops.deny with input as {"resource": {"values": values, "config": config}}
}

test_3_fails if {
	findings({"metadata_options": [{"http_put_response_hop_limit": 3}]}, {"metadata_options": [{"http_put_response_hop_limit": {}}]}) == {
		{"path": ["metadata_options", 0, "http_put_response_hop_limit"], "message": "metadata can be fetched from beyond the instance"},
	}
}

test_64_fails if {
	findings({"metadata_options": [{"http_put_response_hop_limit": 64}]}, {"metadata_options": [{"http_put_response_hop_limit": {}}]}) == {
		{"path": ["metadata_options", 0, "http_put_response_hop_limit"], "message": "metadata can be fetched from beyond the instance"},
	}
}

test_1_passes if {
	count(findings({"metadata_options": [{"http_put_response_hop_limit": 1}]}, {"metadata_options": [{"http_put_response_hop_limit": {}}]})) == 0
}

test_2_passes if {
	count(findings({"metadata_options": [{"http_put_response_hop_limit": 2}]}, {"metadata_options": [{"http_put_response_hop_limit": {}}]})) == 0
}

test_not_set_passes if count(findings({}, {"tags": {}})) == 0
