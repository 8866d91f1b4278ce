package parapet.kubernetes.network.namespace_labels_test

import data.parapet.kubernetes.network.namespace_labels
import rego.v1

findings(subject) := found if {
	found := namespace_labels.deny with input as {"object": subject}
}

test_bad_example_fails if {
	findings({
		"apiVersion": "networking.k8s.io/v1",
		"kind": "NetworkPolicy",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"podSelector": {},
			"egress": [{"to": [{"namespaceSelector": {"matchLabels": {"name": "kube-system"}}}]}],
		},
	}) == {
		{
			"path": ["spec", "egress", 0, "to", 0, "namespaceSelector"],
			"message": "Kubernetes does not label kube-system with `name`",
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
				{
					"to": [
						{
							"namespaceSelector": {
								"matchLabels": {"kubernetes.io/metadata.name": "kube-system"},
							},
						},
					],
				},
			],
		},
	})) == 0
}

test_ingress_fails if {
	findings({
		"apiVersion": "networking.k8s.io/v1",
		"kind": "NetworkPolicy",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"podSelector": {},
			"ingress": [{"from": [{"namespaceSelector": {"matchLabels": {"name": "default"}}}]}],
		},
	}) == {
		{
			"path": ["spec", "ingress", 0, "from", 0, "namespaceSelector"],
			"message": "Kubernetes does not label default with `name`",
		},
	}
}

test_own_namespace_passes if {
	count(findings({
		"apiVersion": "networking.k8s.io/v1",
		"kind": "NetworkPolicy",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"podSelector": {},
			"egress": [{"to": [{"namespaceSelector": {"matchLabels": {"name": "databases"}}}]}],
		},
	})) == 0
}
