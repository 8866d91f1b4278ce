# Addresses and ports of security group rules.
package parapet.lib.aws_network

import rego.v1

# The range covers the internet: everything, or a share of it too large to be anybody's own network (`0.0.0.0/1`).
world(cidr) if {
	not contains(cidr, ":")
	prefix_length(cidr) < 8
}

world(cidr) if {
	contains(cidr, ":")
	prefix_length(cidr) <= 3
}

prefix_length(cidr) := to_number(split(cidr, "/")[1])

# The rule lets traffic of the protocol reach the port. AWS ignores ports when the protocol is all.
reaches(protocol, _, _, _, _) if protocol in all_protocols

reaches(protocol, from_port, to_port, wanted_protocol, port) if {
	lower(protocol) in protocol_names[wanted_protocol]
	from_port <= port
	to_port >= port
}

all_protocols := {"-1", "all"}

protocol_names := {"tcp": {"tcp", "6"}, "udp": {"udp", "17"}}
