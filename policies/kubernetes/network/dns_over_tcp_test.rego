package parapet.kubernetes.network.dns_over_tcp_test

import data.parapet.kubernetes.network.dns_over_tcp
import rego.v1

findings(subject) := found if {
	found := dns_over_tcp.deny with input as {"object": subject}
}

test_bad_example_fails if {
	findings({
		"apiVersion": "networking.k8s.io/v1",
		"kind": "NetworkPolicy",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"podSelector": {}, "egress": [{"ports": [{"protocol": "UDP", "port": 53}]}]},
	}) == {
		{
			"path": ["spec", "egress", 0, "ports"],
			"message": "port 53 is allowed over UDP, and not over TCP",
		},
	}
}

test_good_example_passes if {
	count(findings({
		"apiVersion": "networking.k8s.io/v1",
		"kind": "NetworkPolicy",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"podSelector": {},
			"egress": [
				{"ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]},
			],
		},
	})) == 0
}

test_another_rule_passes if {
	count(findings({
		"apiVersion": "networking.k8s.io/v1",
		"kind": "NetworkPolicy",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"podSelector": {},
			"egress": [{"ports": [{"protocol": "UDP", "port": 53}]}, {"to": [{"podSelector": {}}]}],
		},
	})) == 0
}

test_default_protocol_passes if {
	count(findings({
		"apiVersion": "networking.k8s.io/v1",
		"kind": "NetworkPolicy",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"podSelector": {},
			"egress": [{"ports": [{"protocol": "UDP", "port": 53}, {"port": 53}]}],
		},
	})) == 0
}

test_range_passes if {
	count(findings({
		"apiVersion": "networking.k8s.io/v1",
		"kind": "NetworkPolicy",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"podSelector": {},
			"egress": [{"ports": [{"protocol": "UDP", "port": 53}, {"port": 1, "endPort": 1024}]}],
		},
	})) == 0
}

test_no_names_passes if {
	count(findings({
		"apiVersion": "networking.k8s.io/v1",
		"kind": "NetworkPolicy",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"podSelector": {}, "egress": [{"ports": [{"port": 443}]}]},
	})) == 0
}
