package parapet.kubernetes.delivery.canary_primary_test

import data.parapet.kubernetes.delivery.canary_primary
import data.parapet.lib.kubernetes as k8s
import rego.v1

findings(namespace, complete, objects) := found if {
	found := canary_primary.deny with input as k8s.group(namespace, complete, objects)
}

test_bad_example_fails if {
	findings("shop", false, [
		{
			"apiVersion": "flagger.app/v1beta1",
			"kind": "Canary",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
				"service": {"port": 80},
				"analysis": {"webhooks": []},
			},
		},
		{
			"apiVersion": "networking.k8s.io/v1",
			"kind": "NetworkPolicy",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {"podSelector": {"matchLabels": {"app": "orders"}}},
		},
	]) == {
		{
			"address": "NetworkPolicy/shop/orders",
			"path": ["spec", "podSelector", "matchLabels", "app"],
			"message": "it does not select the pods of orders-primary, which Canary/shop/orders makes",
		},
	}
}

test_good_example_passes if {
	count(findings("shop", false, [
		{
			"apiVersion": "flagger.app/v1beta1",
			"kind": "Canary",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
				"service": {"port": 80},
				"analysis": {"webhooks": []},
			},
		},
		{
			"apiVersion": "networking.k8s.io/v1",
			"kind": "NetworkPolicy",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"podSelector": {
					"matchExpressions": [
						{"key": "app", "operator": "In", "values": ["orders", "orders-primary"]},
					],
				},
			},
		},
	])) == 0
}

test_budget_fails if {
	findings("shop", false, [
		{
			"apiVersion": "flagger.app/v1beta1",
			"kind": "Canary",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
				"service": {"port": 80},
				"analysis": {"webhooks": []},
			},
		},
		{
			"apiVersion": "policy/v1",
			"kind": "PodDisruptionBudget",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {"maxUnavailable": 1, "selector": {"matchLabels": {"app": "orders"}}},
		},
	]) == {
		{
			"address": "PodDisruptionBudget/shop/orders",
			"path": ["spec", "selector", "matchLabels", "app"],
			"message": "it does not select the pods of orders-primary, which Canary/shop/orders makes",
		},
	}
}

test_second_policy_passes if {
	count(findings("shop", false, [
		{
			"apiVersion": "flagger.app/v1beta1",
			"kind": "Canary",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
				"service": {"port": 80},
				"analysis": {"webhooks": []},
			},
		},
		{
			"apiVersion": "networking.k8s.io/v1",
			"kind": "NetworkPolicy",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {"podSelector": {"matchLabels": {"app": "orders"}}},
		},
		{
			"apiVersion": "networking.k8s.io/v1",
			"kind": "NetworkPolicy",
			"metadata": {"name": "primary", "namespace": "shop"},
			"spec": {"podSelector": {"matchLabels": {"app": "orders-primary"}}},
		},
	])) == 0
}

test_other_workload_passes if {
	count(findings("shop", false, [
		{
			"apiVersion": "flagger.app/v1beta1",
			"kind": "Canary",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
				"service": {"port": 80},
				"analysis": {"webhooks": []},
			},
		},
		{
			"apiVersion": "networking.k8s.io/v1",
			"kind": "NetworkPolicy",
			"metadata": {"name": "p", "namespace": "shop"},
			"spec": {"podSelector": {"matchLabels": {"app": "payments"}}},
		},
	])) == 0
}

test_all_pods_passes if {
	count(findings("shop", false, [
		{
			"apiVersion": "flagger.app/v1beta1",
			"kind": "Canary",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
				"service": {"port": 80},
				"analysis": {"webhooks": []},
			},
		},
		{
			"apiVersion": "networking.k8s.io/v1",
			"kind": "NetworkPolicy",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {"podSelector": {"matchLabels": {"app": "orders"}}},
		},
		{
			"apiVersion": "networking.k8s.io/v1",
			"kind": "NetworkPolicy",
			"metadata": {"name": "deny", "namespace": "shop"},
			"spec": {"podSelector": {}, "policyTypes": ["Ingress"]},
		},
	])) == 0
}
