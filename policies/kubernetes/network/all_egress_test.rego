package parapet.kubernetes.network.all_egress_test

import data.parapet.kubernetes.network.all_egress
import rego.v1

findings(subject) := found if {
	found := all_egress.deny with input as {"object": subject}
}

test_empty_rule_fails if {
	findings({
		"apiVersion": "networking.k8s.io/v1",
		"kind": "NetworkPolicy",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"podSelector": {"matchLabels": {"app": "orders"}}, "egress": [{}]},
	}) == {
		{"path": ["spec", "egress", 0], "message": "rule allows all egress"},
	}
}

test_every_address_fails if {
	findings({
		"apiVersion": "networking.k8s.io/v1",
		"kind": "NetworkPolicy",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"podSelector": {"matchLabels": {"app": "orders"}},
			"egress": [{"ports": [{"port": 53}]}, {"to": [{"ipBlock": {"cidr": "::/0"}}]}],
		},
	}) == {
		{"path": ["spec", "egress", 1], "message": "rule allows all egress"},
	}
}

test_ports_pass if {
	count(findings({
		"apiVersion": "networking.k8s.io/v1",
		"kind": "NetworkPolicy",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"podSelector": {"matchLabels": {"app": "orders"}},
			"egress": [{"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}], "ports": [{"port": 443}]}],
		},
	})) == 0
}

test_exceptions_pass if {
	count(findings({
		"apiVersion": "networking.k8s.io/v1",
		"kind": "NetworkPolicy",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"podSelector": {"matchLabels": {"app": "orders"}},
			"egress": [{"to": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}}]}],
		},
	})) == 0
}

test_default_deny_passes if {
	count(findings({
		"apiVersion": "networking.k8s.io/v1",
		"kind": "NetworkPolicy",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"podSelector": {"matchLabels": {"app": "orders"}}, "policyTypes": ["Egress"]},
	})) == 0
}
