package parapet.kubernetes.network.mesh_egress_test

import data.parapet.kubernetes.network.mesh_egress
import data.parapet.lib.kubernetes as k8s
import rego.v1

findings(namespace, complete, objects) := found if {
	found := mesh_egress.deny with input as k8s.group(namespace, complete, objects)
}

test_bad_example_fails if {
	findings("shop", true, [
		{
			"apiVersion": "v1",
			"kind": "Namespace",
			"metadata": {"name": "shop", "labels": {"istio-injection": "enabled"}},
		},
		{
			"apiVersion": "networking.k8s.io/v1",
			"kind": "NetworkPolicy",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"podSelector": {},
				"policyTypes": ["Egress"],
				"egress": [
					{
						"to": [{"namespaceSelector": {"matchLabels": {"name": "databases"}}}],
						"ports": [{"port": 5432}],
					},
				],
			},
		},
	]) == {
		{
			"address": "NetworkPolicy/shop/orders",
			"path": ["spec", "egress"],
			"message": "its pods have sidecars, and may not talk to istiod in istio-system",
		},
	}
}

test_good_example_passes if {
	count(findings("shop", true, [
		{
			"apiVersion": "v1",
			"kind": "Namespace",
			"metadata": {"name": "shop", "labels": {"istio-injection": "enabled"}},
		},
		{
			"apiVersion": "networking.k8s.io/v1",
			"kind": "NetworkPolicy",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"podSelector": {},
				"policyTypes": ["Egress"],
				"egress": [
					{
						"to": [
							{
								"namespaceSelector": {
									"matchLabels": {"kubernetes.io/metadata.name": "istio-system"},
								},
							},
						],
						"ports": [{"port": 15012}],
					},
				],
			},
		},
	])) == 0
}

test_internet_alone_fails if {
	findings("shop", true, [
		{
			"apiVersion": "v1",
			"kind": "Namespace",
			"metadata": {"name": "shop", "labels": {"istio-injection": "enabled"}},
		},
		{
			"apiVersion": "networking.k8s.io/v1",
			"kind": "NetworkPolicy",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"podSelector": {},
				"policyTypes": ["Egress"],
				"egress": [{"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}], "ports": [{"port": 443}]}],
			},
		},
	]) == {
		{
			"address": "NetworkPolicy/shop/orders",
			"path": ["spec", "egress"],
			"message": "its pods have sidecars, and may not talk to istiod in istio-system",
		},
	}
}

test_revision_fails if {
	findings("shop", true, [
		{
			"apiVersion": "v1",
			"kind": "Namespace",
			"metadata": {"name": "shop", "labels": {"istio.io/rev": "stable"}},
		},
		{
			"apiVersion": "networking.k8s.io/v1",
			"kind": "NetworkPolicy",
			"metadata": {"name": "deny", "namespace": "shop"},
			"spec": {"podSelector": {}, "policyTypes": ["Egress"]},
		},
	]) == {
		{
			"address": "NetworkPolicy/shop/deny",
			"path": ["spec", "egress"],
			"message": "its pods have sidecars, and may not talk to istiod in istio-system",
		},
	}
}

test_everything_passes if {
	count(findings("shop", true, [
		{
			"apiVersion": "v1",
			"kind": "Namespace",
			"metadata": {"name": "shop", "labels": {"istio-injection": "enabled"}},
		},
		{
			"apiVersion": "networking.k8s.io/v1",
			"kind": "NetworkPolicy",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {"podSelector": {}, "policyTypes": ["Egress"], "egress": [{}]},
		},
	])) == 0
}

test_port_range_passes if {
	count(findings("shop", true, [
		{
			"apiVersion": "v1",
			"kind": "Namespace",
			"metadata": {"name": "shop", "labels": {"istio-injection": "enabled"}},
		},
		{
			"apiVersion": "networking.k8s.io/v1",
			"kind": "NetworkPolicy",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"podSelector": {},
				"policyTypes": ["Egress"],
				"egress": [
					{
						"to": [{"namespaceSelector": {}}],
						"ports": [{"port": 15000, "endPort": 15100}],
					},
				],
			},
		},
	])) == 0
}

test_expression_passes if {
	count(findings("shop", true, [
		{
			"apiVersion": "v1",
			"kind": "Namespace",
			"metadata": {"name": "shop", "labels": {"istio-injection": "enabled"}},
		},
		{
			"apiVersion": "networking.k8s.io/v1",
			"kind": "NetworkPolicy",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"podSelector": {},
				"policyTypes": ["Egress"],
				"egress": [
					{
						"to": [
							{
								"namespaceSelector": {
									"matchExpressions": [{"key": "mesh", "operator": "Exists"}],
								},
							},
						],
					},
				],
			},
		},
	])) == 0
}

test_second_policy_passes if {
	count(findings("shop", true, [
		{
			"apiVersion": "v1",
			"kind": "Namespace",
			"metadata": {"name": "shop", "labels": {"istio-injection": "enabled"}},
		},
		{
			"apiVersion": "networking.k8s.io/v1",
			"kind": "NetworkPolicy",
			"metadata": {"name": "deny", "namespace": "shop"},
			"spec": {"podSelector": {}, "policyTypes": ["Egress"]},
		},
		{
			"apiVersion": "networking.k8s.io/v1",
			"kind": "NetworkPolicy",
			"metadata": {"name": "mesh", "namespace": "shop"},
			"spec": {
				"podSelector": {},
				"egress": [
					{"to": [{"namespaceSelector": {"matchLabels": {"name": "istio-system"}}}]},
				],
			},
		},
	])) == 0
}

test_no_mesh_passes if {
	count(findings("shop", true, [
		{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}},
		{
			"apiVersion": "networking.k8s.io/v1",
			"kind": "NetworkPolicy",
			"metadata": {"name": "deny", "namespace": "shop"},
			"spec": {"podSelector": {}, "policyTypes": ["Egress"]},
		},
	])) == 0
}

test_ingress_alone_passes if {
	count(findings("shop", true, [
		{
			"apiVersion": "v1",
			"kind": "Namespace",
			"metadata": {"name": "shop", "labels": {"istio-injection": "enabled"}},
		},
		{
			"apiVersion": "networking.k8s.io/v1",
			"kind": "NetworkPolicy",
			"metadata": {"name": "deny", "namespace": "shop"},
			"spec": {"podSelector": {}, "policyTypes": ["Ingress"]},
		},
	])) == 0
}

towards(peer) := findings("shop", true, [
	{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": {"istio-injection": "enabled"}}},
	{
		"apiVersion": "networking.k8s.io/v1",
		"kind": "NetworkPolicy",
		"metadata": {"name": "some", "namespace": "shop"},
		"spec": {"podSelector": {}, "policyTypes": ["Egress"], "egress": [{"to": [peer]}]},
	},
])

test_control_plane_outside_of_the_cluster_passes if count(towards({"ipBlock": {"cidr": "10.20.0.0/16"}})) == 0

test_pods_of_the_namespace_alone_fail if {
	count(towards({"podSelector": {}})) == 1
	count(towards({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "shop"}}})) == 1
}
