package parapet.aws.ec2.public_ip_test

import data.parapet.aws.ec2.public_ip
import data.parapet.lib.testing
import rego.v1

findings(values) := found if {
	found := public_ip.deny with input as {"resource": {"values": values}}
}

template(setting) := {"network_interfaces": [{"device_index": 0}, {"associate_public_ip_address": setting}]}

test_instance_with_public_address_fails if {
	findings({"associate_public_ip_address": true}) == {{
		"path": ["associate_public_ip_address"],
		"message": "gets a public IPv4 address",
	}}
}

test_launch_template_with_public_address_fails if {
	every setting in ["true", "1", true] {
		findings(template(setting)) == {{
			"path": ["network_interfaces", 1, "associate_public_ip_address"],
			"message": "gets a public IPv4 address",
		}}
	}
}

test_instance_without_public_address_passes if count(findings({"associate_public_ip_address": false})) == 0

test_launch_template_without_public_address_passes if {
	every setting in ["false", "0", "", false] {
		count(findings(template(setting))) == 0
	}
}

test_instance_that_is_told_nothing_passes if {
	found := public_ip.deny with input as {"resource": {"values": {}, "config": {"ami": {}}}}
	count(found) == 0
}

test_unknown_setting_of_an_instance_is_undetermined if {
	found := public_ip.deny with input as {"resource": {
		"values": {},
		"config": {"associate_public_ip_address": {"references": ["var.public"]}},
	}}
	testing.undetermined(found, [["associate_public_ip_address"]])
}

test_unknown_setting_of_a_launch_template_finds_nothing_and_is_left_to_the_engine if {
	count(findings({"network_interfaces": [{}]})) == 0
}
