package parapet.aws.security_group.admin_ports_test

import data.parapet.aws.security_group.admin_ports
import data.parapet.lib.testing
import rego.v1

findings(values) := found if {
	found := admin_ports.deny with input as {"resource": {"values": values}}
}

# The provider fills in empty lists.
inline(rule) := {"ingress": [https, object.union({"cidr_blocks": [], "ipv6_cidr_blocks": []}, rule)]}

https := {"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["0.0.0.0/0"], "ipv6_cidr_blocks": ["::/0"]}

split(protocol, from_port, to_port, cidrs) := {
	"type": "ingress",
	"protocol": protocol,
	"from_port": from_port,
	"to_port": to_port,
	"cidr_blocks": cidrs,
}

ssh_open := {{"path": ["cidr_blocks", 0], "message": "open to 0.0.0.0/0: SSH (22)"}}

test_inline_ssh_fails if {
	findings(inline({"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["10.0.0.0/8", "0.0.0.0/0"]})) == {{
		"path": ["ingress", 1, "cidr_blocks", 1],
		"message": "open to 0.0.0.0/0: SSH (22)",
	}}
}

test_inline_ipv6_fails if {
	findings(inline({"protocol": "tcp", "from_port": 3389, "to_port": 3389, "ipv6_cidr_blocks": ["::/0"]})) == {{
		"path": ["ingress", 1, "ipv6_cidr_blocks", 0],
		"message": "open to ::/0: RDP (3389)",
	}}
}

test_rule_resource_fails if findings(split("tcp", 22, 22, ["0.0.0.0/0"])) == ssh_open

test_rule_resource_with_ipv6_fails if {
	rule := object.union(split("tcp", 22, 22, []), {"ipv6_cidr_blocks": ["::/0"]})
	findings(rule) == {{"path": ["ipv6_cidr_blocks", 0], "message": "open to ::/0: SSH (22)"}}
}

test_port_range_fails if {
	findings(split("tcp", 20, 30, ["0.0.0.0/0"])) == {{
		"path": ["cidr_blocks", 0],
		"message": "open to 0.0.0.0/0: SSH (22), Telnet (23)",
	}}
}

test_protocol_by_number_fails if findings(split("6", 22, 22, ["0.0.0.0/0"])) == ssh_open

test_rdp_over_udp_fails if count(findings(split("udp", 3389, 3389, ["0.0.0.0/0"]))) == 1

test_half_of_the_internet_fails if count(findings(split("tcp", 22, 22, ["0.0.0.0/1", "128.0.0.0/1"]))) == 2

test_all_protocols_fail if {
	findings(split("-1", 0, 0, ["0.0.0.0/0"])) == {{"path": ["cidr_blocks", 0], "message": "every port is open to 0.0.0.0/0"}}
	findings({"ip_protocol": "-1", "cidr_ipv6": "::/0"}) == {{"path": ["cidr_ipv6"], "message": "every port is open to ::/0"}}
}

test_vpc_rule_fails if {
	findings({"ip_protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_ipv4": "0.0.0.0/0"}) == {{
		"path": ["cidr_ipv4"],
		"message": "open to 0.0.0.0/0: SSH (22)",
	}}
}

test_web_ports_pass if count(findings(split("tcp", 80, 443, ["0.0.0.0/0"]))) == 0

test_ping_passes if count(findings(split("icmp", 8, 0, ["0.0.0.0/0"]))) == 0

test_egress_passes if count(findings(object.union(split("-1", 0, 0, ["0.0.0.0/0"]), {"type": "egress"}))) == 0

test_known_networks_pass if {
	count(findings(split("tcp", 22, 22, ["10.0.0.0/8", "203.0.113.0/24"]))) == 0
	count(findings({"ip_protocol": "-1", "cidr_ipv4": "10.0.0.0/8"})) == 0
	count(findings(inline({"protocol": "tcp", "from_port": 22, "to_port": 22, "security_groups": ["sg-1"]}))) == 0
}

test_no_rules_pass if {
	count(findings({"ingress": []})) == 0
	count(findings({"description": "empty"})) == 0
}

test_unknown_network_finds_nothing_and_is_left_to_the_engine if {
	count(findings(object.remove(split("tcp", 22, 22, []), ["cidr_blocks"]))) == 0
	count(findings({"ip_protocol": "tcp", "from_port": 22, "to_port": 22})) == 0
}

test_unknown_port_finds_nothing_and_is_left_to_the_engine if {
	count(findings(object.remove(split("tcp", 22, 22, ["0.0.0.0/0"]), ["to_port"]))) == 0
	count(findings({"ip_protocol": "tcp", "cidr_ipv4": "0.0.0.0/0"})) == 0
}

test_network_that_turns_out_unknown_is_undetermined if {
	testing.undetermined(findings(split("tcp", 22, 22, ["0.0.0.0/0"])), [["cidr_blocks"]])
}

test_unknown_part_of_an_inline_rule_is_undetermined if {
	ssh := {"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["0.0.0.0/0"], "ipv6_cidr_blocks": []}
	every part in ["protocol", "from_port", "to_port", "cidr_blocks"] {
		found := findings({"ingress": [https, object.remove(ssh, [part])]})
		testing.undetermined(found, [["ingress", 1, part]])
	}
}

test_unknown_part_that_does_not_matter_passes if {
	count(findings({"ingress": [object.remove(https, ["cidr_blocks"])]})) == 0
	office := {"protocol": "tcp", "from_port": 22, "cidr_blocks": ["203.0.113.0/24"], "ipv6_cidr_blocks": []}
	count(findings({"ingress": [office]})) == 0
}

test_unknown_inline_rules_are_undetermined if {
	found := admin_ports.deny with input as {"resource": {"values": {}, "config": {"ingress": {"references": ["var.rules"]}}}}
	testing.undetermined(found, [["ingress"]])
}

test_group_whose_rules_are_not_written_passes if {
	found := admin_ports.deny with input as {"resource": {"values": {}, "config": {"name": {}}}}
	count(found) == 0
}
