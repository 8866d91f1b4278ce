# METADATA
# title: Administration ports are closed to the internet
# description: SSH, RDP, WinRM and Telnet open to every address are scanned within minutes and attacked without pause. Networks that make up a large share of the internet, such as 0.0.0.0/1, count as every address.
# custom:
#   severity: critical
#   resources: [aws_security_group, aws_security_group_rule, aws_vpc_security_group_ingress_rule]
#   controls: {soc2: [CC6.6], cis-aws: ["5.2", "5.3"], nist-800-53: [AC-4, SC-7]}
#   aliases: [AVD-AWS-0107]
#   remediation: Limit the rule to the networks that need it, or remove it and use Session Manager.
package parapet.aws.security_group.admin_ports

import data.parapet.lib.aws_network
import rego.v1

# Rules in the security group itself.
deny contains {"path": ["ingress", i, family, j], "message": message(open, cidr)} if {
	some i, rule in input.resource.values.ingress
	open := opened(rule.protocol, rule.from_port, rule.to_port)
	count(open) > 0
	some family in ["cidr_blocks", "ipv6_cidr_blocks"]
	some j, cidr in rule[family]
	aws_network.world(cidr)
}

# The provider reports rules that are not written as known after apply: they are made by other resources, and judged
# there. In a rule that is written, a part without value is unknown.
deny contains {"path": ["ingress"], "message": "is not known to be closed to the internet"} if {
	input.resource.config.ingress
	not is_array(input.resource.values.ingress)
}

deny contains {"path": ["ingress", i, unknown[0]], "message": "is not known to be closed to the internet"} if {
	some i, rule in input.resource.values.ingress
	unknown := [part | some part in ["cidr_blocks", "ipv6_cidr_blocks", "protocol", "from_port", "to_port"]; not rule[part]]
	count(unknown) > 0
	not harmless_ports(rule)
	not harmless_networks(rule)
}

harmless_ports(rule) if count(opened(rule.protocol, rule.from_port, rule.to_port)) == 0

harmless_networks(rule) if {
	networks := array.concat(rule.cidr_blocks, rule.ipv6_cidr_blocks)
	not world_among(networks)
}

world_among(networks) if {
	some cidr in networks
	aws_network.world(cidr)
}

# aws_security_group_rule.
deny contains {"path": ["cidr_blocks", j], "message": message(open_by_rule, cidr)} if {
	count(open_by_rule) > 0
	some j, cidr in input.resource.values.cidr_blocks
	aws_network.world(cidr)
}

deny contains {"path": ["ipv6_cidr_blocks", j], "message": message(open_by_rule, cidr)} if {
	count(open_by_rule) > 0
	some j, cidr in input.resource.values.ipv6_cidr_blocks
	aws_network.world(cidr)
}

open_by_rule := opened(input.resource.values.protocol, input.resource.values.from_port, input.resource.values.to_port) if {
	input.resource.values.type == "ingress"
}

# aws_vpc_security_group_ingress_rule, which has no ports when the protocol is all.
deny contains {"path": ["cidr_ipv4"], "message": message(open_by_vpc_rule, cidr)} if {
	count(open_by_vpc_rule) > 0
	cidr := input.resource.values.cidr_ipv4
	aws_network.world(cidr)
}

deny contains {"path": ["cidr_ipv6"], "message": message(open_by_vpc_rule, cidr)} if {
	count(open_by_vpc_rule) > 0
	cidr := input.resource.values.cidr_ipv6
	aws_network.world(cidr)
}

open_by_vpc_rule := opened(input.resource.values.ip_protocol, null, null) if {
	input.resource.values.ip_protocol in aws_network.all_protocols
} else := opened(input.resource.values.ip_protocol, input.resource.values.from_port, input.resource.values.to_port)

opened(protocol, from_port, to_port) := [service.name |
	some service in services
	aws_network.reaches(protocol, from_port, to_port, service.protocol, service.port)
]

message(open, cidr) := sprintf("every port is open to %s", [cidr]) if {
	count(open) == count(services)
} else := sprintf("open to %s: %s", [cidr, concat(", ", open)])

services := [
	{"name": "SSH (22)", "protocol": "tcp", "port": 22},
	{"name": "Telnet (23)", "protocol": "tcp", "port": 23},
	{"name": "RDP (3389)", "protocol": "tcp", "port": 3389},
	{"name": "RDP (3389/udp)", "protocol": "udp", "port": 3389},
	{"name": "WinRM (5985)", "protocol": "tcp", "port": 5985},
	{"name": "WinRM (5986)", "protocol": "tcp", "port": 5986},
]
