package parapet.kubernetes.reliability.missing_budget_test

import data.parapet.kubernetes.reliability.missing_budget
import data.parapet.lib.kubernetes as k8s
import rego.v1

findings(namespace, complete, objects) := found if {
	found := missing_budget.deny with input as k8s.group(namespace, complete, objects)
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
	]) == {
		{
			"address": "Deployment/shop/orders",
			"path": ["spec", "replicas"],
			"message": "nothing keeps its 2 replicas from being evicted at once",
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
			"apiVersion": "policy/v1",
			"kind": "PodDisruptionBudget",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {"maxUnavailable": 1, "selector": {"matchLabels": {"app": "orders"}}},
		},
	])) == 0
}

test_autoscaled_fails if {
	findings("shop", true, [
		{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}},
		{
			"apiVersion": "apps/v1",
			"kind": "Deployment",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"selector": {"matchLabels": {"app": "orders"}},
				"template": {
					"metadata": {"labels": {"app": "orders"}},
					"spec": {"containers": [{"name": "app", "image": "app"}]},
				},
			},
		},
		{
			"apiVersion": "autoscaling/v2",
			"kind": "HorizontalPodAutoscaler",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
				"minReplicas": 2,
				"maxReplicas": 6,
			},
		},
	]) == {
		{
			"address": "Deployment/shop/orders",
			"path": ["spec", "replicas"],
			"message": "nothing keeps its 2 replicas from being evicted at once",
		},
	}
}

test_single_replica_passes if {
	count(findings("shop", true, [
		{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}},
		{
			"apiVersion": "apps/v1",
			"kind": "Deployment",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"replicas": 1,
				"selector": {"matchLabels": {"app": "orders"}},
				"template": {
					"metadata": {"labels": {"app": "orders"}},
					"spec": {"containers": [{"name": "app", "image": "app"}]},
				},
			},
		},
	])) == 0
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

test_budget_for_everything_passes if {
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
			"apiVersion": "policy/v1",
			"kind": "PodDisruptionBudget",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {"maxUnavailable": 1, "selector": {}},
		},
	])) == 0
}

test_expression_passes if {
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
			"apiVersion": "policy/v1",
			"kind": "PodDisruptionBudget",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"maxUnavailable": 1,
				"selector": {
					"matchExpressions": [
						{"key": "app", "operator": "In", "values": ["orders"]},
						{"key": "app", "operator": "Exists"},
						{"key": "batch", "operator": "DoesNotExist"},
					],
				},
			},
		},
	])) == 0
}
