# What security groups let in from the internet, in all three styles: rules written as blocks of the group,
# `aws_security_group_rule`, and `aws_vpc_security_group_ingress_rule`.
package parapet.lib.aws_ingress

import data.parapet.lib.aws_network
import rego.v1

# openings(values): each network of the internet that may enter, with the path that names it, the protocol and the ports.
openings(values) := (by_blocks(values) | by_rule(values)) | by_vpc_rule(values)

by_blocks(values) := {opening |
	some i, rule in values.ingress
	some family in ["cidr_blocks", "ipv6_cidr_blocks"]
	some j, cidr in rule[family]
	aws_network.world(cidr)
	opening := {
		"path": ["ingress", i, family, j], "cidr": cidr,
		"protocol": rule.protocol, "from": rule.from_port, "to": rule.to_port,
	}
}

by_rule(values) := {opening |
	values.type == "ingress"
	some family in ["cidr_blocks", "ipv6_cidr_blocks"]
	some j, cidr in values[family]
	aws_network.world(cidr)
	opening := {
		"path": [family, j], "cidr": cidr,
		"protocol": values.protocol, "from": values.from_port, "to": values.to_port,
	}
}

by_vpc_rule(values) := {opening |
	some family in ["cidr_ipv4", "cidr_ipv6"]
	cidr := values[family]
	aws_network.world(cidr)
	opening := {
		"path": [family], "cidr": cidr,
		"protocol": values.ip_protocol, "from": first_port(values), "to": last_port(values),
	}
}

# Such a rule has no ports when its protocol is all.
first_port(values) := values.from_port if values.from_port

else := 0

last_port(values) := values.to_port if values.to_port

else := 65535

# The opening lets traffic reach the port.
reaches(opening, protocol, port) if aws_network.reaches(opening.protocol, opening.from, opening.to, protocol, port)
