package parapet.aws.eks.public_endpoint_test

import data.parapet.aws.eks.public_endpoint
import data.parapet.lib.testing
import rego.v1

findings(vpc, config) := found if {
	found := public_endpoint.deny with input as {"resource": {
		"values": {"vpc_config": [vpc]},
		"config": {"vpc_config": [config]},
	}}
}

subnets := {"subnet_ids": {}}

test_world_fails if {
	findings({"endpoint_public_access": true, "public_access_cidrs": ["203.0.113.0/24", "0.0.0.0/0"]}, subnets) == {{
		"path": ["vpc_config", 0, "public_access_cidrs", 1],
		"message": "the API endpoint is open to 0.0.0.0/0",
	}}
}

test_default_fails if {
	findings({"endpoint_public_access": true}, subnets) == {{
		"path": ["vpc_config", 0, "endpoint_public_access"],
		"message": "the API endpoint is open to 0.0.0.0/0, as `public_access_cidrs` is not set",
	}}
}

test_empty_list_fails if {
	findings({"endpoint_public_access": true, "public_access_cidrs": []}, {"public_access_cidrs": {}}) == {{
		"path": ["vpc_config", 0, "public_access_cidrs"],
		"message": "the API endpoint is not limited to known networks",
	}}
}

test_private_endpoint_passes if {
	count(findings({"endpoint_public_access": false, "endpoint_private_access": true}, subnets)) == 0
	count(findings({"endpoint_public_access": false, "public_access_cidrs": ["0.0.0.0/0"]}, subnets)) == 0
}

test_known_networks_pass if {
	count(findings({"endpoint_public_access": true, "public_access_cidrs": ["203.0.113.0/24"]}, subnets)) == 0
}

test_unknown_networks_are_undetermined if {
	found := findings({"endpoint_public_access": true}, {"public_access_cidrs": {"references": ["var.networks"]}})
	testing.undetermined(found, [["vpc_config", 0, "public_access_cidrs"]])
}

test_unknown_access_is_undetermined if {
	testing.undetermined(findings({}, {"endpoint_public_access": {}}), [["vpc_config", 0, "endpoint_public_access"]])
}

test_no_configuration_is_undetermined if {
	found := public_endpoint.deny with input as {"resource": {"values": {"vpc_config": [{"endpoint_public_access": true}]}}}
	testing.undetermined(found, [["vpc_config", 0, "public_access_cidrs"]])
}
