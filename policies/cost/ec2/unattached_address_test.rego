package parapet.cost.ec2.unattached_address_test

import data.parapet.cost.ec2.unattached_address
import rego.v1

address(values, config) := {"address": "aws_eip.a", "type": "aws_eip", "name": "a", "values": values, "config": config}

found(addresses, users) := findings if {
	findings := unattached_address.deny with input as {"plan": {"by_type": object.union({"aws_eip": addresses}, users)}}
}

user(config) := {"address": "user", "values": {}, "config": config}

reference := {"references": ["aws_eip.a.id", "aws_eip.a"]}

test_unused_fails if found([address({}, {"domain": {}})], {}) == {{"address": "aws_eip.a", "message": "nothing uses the address"}}

test_attached_by_itself_passes if {
	count(found([address({}, {"instance": reference})], {})) == 0
	count(found([address({}, {"network_interface": reference})], {})) == 0
	count(found([address({"instance": "i-0"}, {})], {})) == 0
	count(found([address({"network_interface": "eni-0"}, {})], {})) == 0
}

test_used_by_another_resource_passes if {
	count(found([address({}, {})], {"aws_nat_gateway": [user({"allocation_id": reference})]})) == 0
	count(found([address({}, {})], {"aws_eip_association": [user({"allocation_id": reference})]})) == 0
	count(found([address({}, {})], {"aws_lb": [user({"subnet_mapping": [{"allocation_id": reference}]})]})) == 0
}

test_nothing_is_said_when_any_address_may_be_meant if {
	every type in ["aws_nat_gateway", "aws_eip_association"] {
		count(found([address({}, {})], {type: [user({"allocation_id": {"references": ["var.address"]}})]})) == 0
	}
}

test_users_of_other_addresses_leave_it_unused if {
	every type in ["aws_nat_gateway", "aws_eip_association"] {
		count(found([address({}, {})], {type: [user({})]})) == 1
		count(found([address({}, {})], {type: [user({"allocation_id": {"references": ["aws_eip.b.id", "aws_eip.b"]}})]})) == 1
	}
}

test_blocks_that_use_it_pass if {
	every type, config in {
		"aws_lb": {"subnet_mapping": {"references": ["aws_eip.a"]}},
		"aws_transfer_server": {"endpoint_details": [{"address_allocation_ids": reference}]},
		"aws_nat_gateway": {"availability_zone_address": [{"allocation_ids": reference}]},
	} {
		count(found([address({}, {})], {type: [user(config)]})) == 0
	}
}

test_second_address_of_a_gateway_passes if {
	gateway := user({"allocation_id": {"references": ["aws_eip.b.id", "aws_eip.b"]}, "secondary_allocation_ids": reference})
	count(found([address({}, {})], {"aws_nat_gateway": [gateway]})) == 0
}

test_blocks_that_use_others_leave_it_unused if {
	count(found([address({}, {})], {"aws_lb": [user({"subnet_mapping": {"references": ["aws_eip.b"]}})]})) == 1
}
