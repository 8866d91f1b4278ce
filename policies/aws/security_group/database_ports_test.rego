package parapet.aws.security_group.database_ports_test

import data.parapet.aws.security_group.database_ports
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := database_ports.deny with input as {"resource": {"values": values, "config": config}}
}

test_block_fails if {
	findings({
		"ingress": [
			{
				"protocol": "tcp",
				"from_port": 5432,
				"to_port": 5439,
				"cidr_blocks": ["0.0.0.0/0"],
			},
		],
	}, {"ingress": {}}) == {
		{"path": ["ingress", 0, "cidr_blocks", 0], "message": "open to 0.0.0.0/0: PostgreSQL (5432), Redshift (5439)"},
	}
}

test_rule_fails if {
	findings({
		"type": "ingress",
		"protocol": "tcp",
		"from_port": 6379,
		"to_port": 6379,
		"ipv6_cidr_blocks": ["::/0"],
	}, {}) == {
		{"path": ["ipv6_cidr_blocks", 0], "message": "open to ::/0: Redis (6379)"},
	}
}

test_vpc_rule_fails if {
	findings({"ip_protocol": "tcp", "from_port": 3306, "to_port": 3306, "cidr_ipv4": "0.0.0.0/1"}, {}) == {
		{"path": ["cidr_ipv4"], "message": "open to 0.0.0.0/1: MySQL (3306)"},
	}
}

test_web_port_passes if {
	count(findings({"ip_protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_ipv4": "0.0.0.0/0"}, {})) == 0
}

test_own_network_passes if {
	count(findings({"ip_protocol": "tcp", "from_port": 5432, "to_port": 5432, "cidr_ipv4": "10.0.0.0/8"}, {})) == 0
}

test_every_port_is_another_rule if count(findings({"ip_protocol": "-1", "cidr_ipv4": "0.0.0.0/0"}, {})) == 0

test_rules_of_other_resources_pass if count(findings({}, {"name": {}})) == 0

test_unknown_rules_are_undetermined if {
	testing.undetermined(findings({}, {"ingress": {"references": ["var.x"]}}), [["ingress"]])
}
