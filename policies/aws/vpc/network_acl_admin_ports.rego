# METADATA
# title: Network ACLs keep SSH and RDP from the internet
# description: "A network ACL is the second fence: it holds when a security group is opened by mistake. Rules that deny the port before the one that allows it count."
# custom:
#   severity: medium
#   resources: [aws_network_acl, aws_default_network_acl]
#   controls: {soc2: [CC6.6], cis-aws: ["5.1"], nist-800-53: [AC-4, SC-7], pci-dss: ["1.3.1"], iso-27001: [A.8.20]}
#   aliases: [AVD-AWS-0105]
#   remediation: Allow the ports that are served, and deny 22 and 3389 from `0.0.0.0/0` and `::/0` before wider rules.
package parapet.aws.vpc.network_acl_admin_ports

import data.parapet.lib.aws_network
import rego.v1

deny contains {"path": ["ingress", i, "cidr_block"], "message": message(rule, rule.cidr_block)} if {
	some i, rule in input.resource.values.ingress
	aws_network.world(rule.cidr_block)
	count(open_ports(rule, "cidr_block")) > 0
}

deny contains {"path": ["ingress", i, "ipv6_cidr_block"], "message": message(rule, rule.ipv6_cidr_block)} if {
	some i, rule in input.resource.values.ingress
	aws_network.world(rule.ipv6_cidr_block)
	count(open_ports(rule, "ipv6_cidr_block")) > 0
}

# Rules that are not written are made by other resources.
deny contains {"path": ["ingress"], "message": "is not known to be closed to the internet"} if {
	input.resource.config.ingress
	not is_array(input.resource.values.ingress)
}

message(rule, network) := sprintf("rule %v lets %s reach SSH or RDP", [rule.rule_no, network])

open_ports(rule, family) := [port |
	lower(rule.action) == "allow"
	some port in [22, 3389]
	aws_network.reaches(rule.protocol, rule.from_port, rule.to_port, "tcp", port)
	not denied_before(rule, family, port)
]

# Rules are tried by number, and the first that matches decides.
denied_before(rule, family, port) if {
	some earlier in input.resource.values.ingress
	lower(earlier.action) == "deny"
	earlier.rule_no < rule.rule_no
	aws_network.prefix_length(earlier[family]) == 0
	aws_network.reaches(earlier.protocol, earlier.from_port, earlier.to_port, "tcp", port)
}
