package parapet.kubernetes.network.all_ingress_test

import data.parapet.kubernetes.network.all_ingress
import rego.v1

findings(subject) := found if {
	found := all_ingress.deny with input as {"object": subject}
}

test_empty_rule_fails if {
	findings({
		"apiVersion": "networking.k8s.io/v1",
		"kind": "NetworkPolicy",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"podSelector": {"matchLabels": {"app": "orders"}}, "ingress": [{}]},
	}) == {
		{"path": ["spec", "ingress", 0], "message": "rule allows all ingress"},
	}
}

test_every_address_fails if {
	findings({
		"apiVersion": "networking.k8s.io/v1",
		"kind": "NetworkPolicy",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"podSelector": {"matchLabels": {"app": "orders"}},
			"ingress": [{"ports": [{"port": 53}]}, {"from": [{"ipBlock": {"cidr": "::/0"}}]}],
		},
	}) == {
		{"path": ["spec", "ingress", 1], "message": "rule allows all ingress"},
	}
}

test_ports_pass if {
	count(findings({
		"apiVersion": "networking.k8s.io/v1",
		"kind": "NetworkPolicy",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"podSelector": {"matchLabels": {"app": "orders"}},
			"ingress": [
				{
					"from": [{"ipBlock": {"cidr": "0.0.0.0/0"}}],
					"ports": [{"port": 443}],
				},
			],
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
			"ingress": [
				{
					"from": [
						{
							"ipBlock": {
								"cidr": "0.0.0.0/0",
								"except": ["10.0.0.0/8"],
							},
						},
					],
				},
			],
		},
	})) == 0
}

test_default_deny_passes if {
	count(findings({
		"apiVersion": "networking.k8s.io/v1",
		"kind": "NetworkPolicy",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"podSelector": {"matchLabels": {"app": "orders"}}, "policyTypes": ["Ingress"]},
	})) == 0
}
