package parapet.aws.vpc.peering_routes_test

import data.parapet.aws.vpc.peering_routes
import rego.v1

findings(values, config) := found if {
	found := peering_routes.deny with input as {"resource": {"values": values, "config": config}}
}

test_everything_fails if {
	findings({"destination_cidr_block": "0.0.0.0/0", "vpc_peering_connection_id": "pcx-0"}, {}) == {
		{"path": ["destination_cidr_block"], "message": "0.0.0.0/0 is routed into a peering connection"},
	}
}

test_connection_of_the_same_plan_fails if {
	findings({"destination_ipv6_cidr_block": "::/0"}, {
		"vpc_peering_connection_id": {
			"references": [
				"aws_vpc_peering_connection.a.id",
				"aws_vpc_peering_connection.a",
			],
		},
	}) == {
		{"path": ["destination_ipv6_cidr_block"], "message": "::/0 is routed into a peering connection"},
	}
}

test_one_network_passes if {
	count(findings({"destination_cidr_block": "10.1.0.0/16", "vpc_peering_connection_id": "pcx-0"}, {})) == 0
}

test_internet_gateway_passes if {
	count(findings({"destination_cidr_block": "0.0.0.0/0", "gateway_id": "igw-0"}, {})) == 0
}
