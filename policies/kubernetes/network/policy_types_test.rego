package parapet.kubernetes.network.policy_types_test

import data.parapet.kubernetes.network.policy_types
import rego.v1

findings(subject) := found if {
	found := policy_types.deny with input as {"object": subject}
}

test_ignored_rules_fail if {
	findings({
		"apiVersion": "networking.k8s.io/v1",
		"kind": "NetworkPolicy",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"podSelector": {"matchLabels": {"app": "orders"}},
			"policyTypes": ["Ingress"],
			"egress": [{"ports": [{"port": 53}]}],
		},
	}) == {
		{"path": ["spec", "policyTypes"], "message": "the rules under `egress` are ignored, as policyTypes has no Egress"},
	}
}

test_named_types_pass if {
	count(findings({
		"apiVersion": "networking.k8s.io/v1",
		"kind": "NetworkPolicy",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"podSelector": {"matchLabels": {"app": "orders"}},
			"policyTypes": ["Ingress", "Egress"],
			"egress": [{"ports": [{"port": 53}]}],
		},
	})) == 0
}

test_left_to_kubernetes_passes if {
	count(findings({
		"apiVersion": "networking.k8s.io/v1",
		"kind": "NetworkPolicy",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"podSelector": {"matchLabels": {"app": "orders"}},
			"egress": [{"ports": [{"port": 53}]}],
		},
	})) == 0
}
