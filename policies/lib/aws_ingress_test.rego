package parapet.lib.aws_ingress_test

import data.parapet.lib.aws_ingress
import rego.v1

https := {"protocol": "tcp", "from_port": 443, "to_port": 443}

test_rules_in_the_group if {
	rules := [
		object.union(https, {"cidr_blocks": ["10.0.0.0/8"], "ipv6_cidr_blocks": ["::/0"]}),
		object.union(https, {"cidr_blocks": ["10.0.0.0/8", "0.0.0.0/0"]}),
	]
	aws_ingress.openings({"ingress": rules}) == {
		{"path": ["ingress", 0, "ipv6_cidr_blocks", 0], "cidr": "::/0", "protocol": "tcp", "from": 443, "to": 443},
		{"path": ["ingress", 1, "cidr_blocks", 1], "cidr": "0.0.0.0/0", "protocol": "tcp", "from": 443, "to": 443},
	}
}

test_a_rule_of_its_own if {
	rule := object.union(https, {"type": "ingress", "cidr_blocks": ["0.0.0.0/0"]})
	aws_ingress.openings(rule) == {{"path": ["cidr_blocks", 0], "cidr": "0.0.0.0/0", "protocol": "tcp", "from": 443, "to": 443}}
	count(aws_ingress.openings(object.union(rule, {"type": "egress"}))) == 0
}

test_a_vpc_rule if {
	aws_ingress.openings({"ip_protocol": "-1", "cidr_ipv4": "0.0.0.0/0"}) == {{
		"path": ["cidr_ipv4"], "cidr": "0.0.0.0/0",
		"protocol": "-1", "from": 0, "to": 65535,
	}}
	count(aws_ingress.openings({"ip_protocol": "tcp", "from_port": 1, "to_port": 2, "cidr_ipv6": "2001:db8::/32"})) == 0
}

test_ports if {
	some opening in aws_ingress.openings({"ip_protocol": "tcp", "from_port": 5000, "to_port": 6000, "cidr_ipv6": "::/0"})
	aws_ingress.reaches(opening, "tcp", 5432)
	not aws_ingress.reaches(opening, "tcp", 6379)
	not aws_ingress.reaches(opening, "udp", 5432)
}
