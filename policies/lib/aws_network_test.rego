package parapet.lib.aws_network_test

import data.parapet.lib.aws_network
import rego.v1

test_world if {
	aws_network.world("0.0.0.0/0")
	aws_network.world("128.0.0.0/1")
	aws_network.world("::/0")
	aws_network.world("0::0/0")
	aws_network.world("2000::/3")
}

test_not_world if {
	not aws_network.world("10.0.0.0/8")
	not aws_network.world("203.0.113.7/32")
	not aws_network.world("2001:db8::/32")
	not aws_network.world("")
	not aws_network.world("0.0.0.0")
}

test_reaches_a_port_in_the_range if {
	aws_network.reaches("tcp", 22, 22, "tcp", 22)
	aws_network.reaches("TCP", 0, 65535, "tcp", 22)
	aws_network.reaches("6", 20, 30, "tcp", 22)
	aws_network.reaches("17", 3389, 3389, "udp", 3389)
}

test_all_protocols_reach_every_port if {
	aws_network.reaches("-1", 0, 0, "tcp", 22)
	aws_network.reaches("all", null, null, "tcp", 22)
}

test_does_not_reach if {
	not aws_network.reaches("tcp", 443, 443, "tcp", 22)
	not aws_network.reaches("udp", 22, 22, "tcp", 22)
	not aws_network.reaches("icmp", 8, 0, "tcp", 22)
	not aws_network.reaches("icmp", -1, -1, "tcp", 22)
}
