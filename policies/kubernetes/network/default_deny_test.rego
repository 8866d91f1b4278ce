package parapet.kubernetes.network.default_deny_test

import data.parapet.kubernetes.network.default_deny
import data.parapet.lib.kubernetes as k8s
import rego.v1

findings(namespace, complete, objects) := found if {
	found := default_deny.deny with input as k8s.group(namespace, complete, objects)
}

test_bad_example_fails if {
	findings("shop", true, [
		{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}},
		{
			"apiVersion": "apps/v1",
			"kind": "Deployment",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"replicas": 2,
				"selector": {"matchLabels": {"app": "orders"}},
				"template": {
					"metadata": {"labels": {"app": "orders"}},
					"spec": {"containers": [{"name": "app", "image": "app"}]},
				},
			},
		},
		{
			"apiVersion": "networking.k8s.io/v1",
			"kind": "NetworkPolicy",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"podSelector": {"matchLabels": {"app": "orders"}},
				"ingress": [{"from": [{"podSelector": {}}]}],
			},
		},
	]) == {
		{
			"address": "Namespace/shop",
			"path": ["metadata", "name"],
			"message": "no NetworkPolicy for all pods denies by default what reaches them",
		},
	}
}

test_good_example_passes if {
	count(findings("shop", true, [
		{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}},
		{
			"apiVersion": "apps/v1",
			"kind": "Deployment",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"replicas": 2,
				"selector": {"matchLabels": {"app": "orders"}},
				"template": {
					"metadata": {"labels": {"app": "orders"}},
					"spec": {"containers": [{"name": "app", "image": "app"}]},
				},
			},
		},
		{
			"apiVersion": "networking.k8s.io/v1",
			"kind": "NetworkPolicy",
			"metadata": {"name": "deny", "namespace": "shop"},
			"spec": {"podSelector": {}, "policyTypes": ["Ingress"]},
		},
	])) == 0
}

test_all_pods_allowed_fails if {
	findings("shop", true, [
		{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}},
		{
			"apiVersion": "networking.k8s.io/v1",
			"kind": "NetworkPolicy",
			"metadata": {"name": "open", "namespace": "shop"},
			"spec": {"podSelector": {}, "ingress": [{}]},
		},
	]) == {
		{
			"address": "Namespace/shop",
			"path": ["metadata", "name"],
			"message": "no NetworkPolicy for all pods denies by default what reaches them",
		},
	}
}

test_workload_without_policies_fails if {
	findings("shop", true, [
		{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}},
		{
			"apiVersion": "apps/v1",
			"kind": "Deployment",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"replicas": 2,
				"selector": {"matchLabels": {"app": "orders"}},
				"template": {
					"metadata": {"labels": {"app": "orders"}},
					"spec": {"containers": [{"name": "app", "image": "app"}]},
				},
			},
		},
	]) == {
		{
			"address": "Namespace/shop",
			"path": ["metadata", "name"],
			"message": "no NetworkPolicy for all pods denies by default what reaches them",
		},
	}
}

test_egress_alone_fails if {
	findings("shop", true, [
		{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}},
		{
			"apiVersion": "networking.k8s.io/v1",
			"kind": "NetworkPolicy",
			"metadata": {"name": "e", "namespace": "shop"},
			"spec": {"podSelector": {}, "policyTypes": ["Egress"]},
		},
	]) == {
		{
			"address": "Namespace/shop",
			"path": ["metadata", "name"],
			"message": "no NetworkPolicy for all pods denies by default what reaches them",
		},
	}
}

test_namespace_elsewhere_passes if {
	count(findings("shop", false, [
		{
			"apiVersion": "apps/v1",
			"kind": "Deployment",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"replicas": 2,
				"selector": {"matchLabels": {"app": "orders"}},
				"template": {
					"metadata": {"labels": {"app": "orders"}},
					"spec": {"containers": [{"name": "app", "image": "app"}]},
				},
			},
		},
	])) == 0
}

test_namespace_alone_passes if {
	count(findings("shop", true, [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}])) == 0
}

test_same_namespace_allowed_passes if {
	count(findings("shop", true, [
		{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}},
		{
			"apiVersion": "apps/v1",
			"kind": "Deployment",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"replicas": 2,
				"selector": {"matchLabels": {"app": "orders"}},
				"template": {
					"metadata": {"labels": {"app": "orders"}},
					"spec": {"containers": [{"name": "app", "image": "app"}]},
				},
			},
		},
		{
			"apiVersion": "networking.k8s.io/v1",
			"kind": "NetworkPolicy",
			"metadata": {"name": "s", "namespace": "shop"},
			"spec": {"podSelector": {}, "ingress": [{"from": [{"podSelector": {}}]}]},
		},
	])) == 0
}

test_with_egress_passes if {
	count(findings("shop", true, [
		{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}},
		{
			"apiVersion": "apps/v1",
			"kind": "Deployment",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"replicas": 2,
				"selector": {"matchLabels": {"app": "orders"}},
				"template": {
					"metadata": {"labels": {"app": "orders"}},
					"spec": {"containers": [{"name": "app", "image": "app"}]},
				},
			},
		},
		{
			"apiVersion": "networking.k8s.io/v1",
			"kind": "NetworkPolicy",
			"metadata": {"name": "s", "namespace": "shop"},
			"spec": {"podSelector": {}, "egress": []},
		},
	])) == 0
}

test_cilium_passes if {
	count(findings("shop", true, [
		{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}},
		{
			"apiVersion": "apps/v1",
			"kind": "Deployment",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"replicas": 2,
				"selector": {"matchLabels": {"app": "orders"}},
				"template": {
					"metadata": {"labels": {"app": "orders"}},
					"spec": {"containers": [{"name": "app", "image": "app"}]},
				},
			},
		},
		{
			"apiVersion": "cilium.io/v2",
			"kind": "CiliumNetworkPolicy",
			"metadata": {"name": "c", "namespace": "shop"},
			"spec": {"endpointSelector": {}},
		},
	])) == 0
}

test_calico_passes if {
	count(findings("shop", true, [
		{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}},
		{
			"apiVersion": "apps/v1",
			"kind": "Deployment",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"replicas": 2,
				"selector": {"matchLabels": {"app": "orders"}},
				"template": {
					"metadata": {"labels": {"app": "orders"}},
					"spec": {"containers": [{"name": "app", "image": "app"}]},
				},
			},
		},
		{
			"apiVersion": "projectcalico.org/v3",
			"kind": "NetworkPolicy",
			"metadata": {"name": "c", "namespace": "shop"},
			"spec": {"selector": "all()"},
		},
	])) == 0
}

test_system_namespace_passes if {
	count(findings("kube-system", true, [
		{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "kube-system"}},
		{
			"apiVersion": "apps/v1",
			"kind": "Deployment",
			"metadata": {"name": "orders", "namespace": "kube-system"},
			"spec": {
				"replicas": 2,
				"selector": {"matchLabels": {"app": "orders"}},
				"template": {
					"metadata": {"labels": {"app": "orders"}},
					"spec": {"containers": [{"name": "app", "image": "app"}]},
				},
			},
		},
	])) == 0
}
