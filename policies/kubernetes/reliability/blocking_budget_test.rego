package parapet.kubernetes.reliability.blocking_budget_test

import data.parapet.kubernetes.reliability.blocking_budget
import data.parapet.lib.kubernetes as k8s
import rego.v1

findings(namespace, complete, objects) := found if {
	found := blocking_budget.deny with input as k8s.group(namespace, complete, objects)
}

test_bad_example_fails if {
	findings("shop", false, [
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
			"spec": {"minAvailable": 2, "selector": {"matchLabels": {"app": "orders"}}},
		},
	]) == {
		{
			"address": "PodDisruptionBudget/shop/orders",
			"path": ["spec", "minAvailable"],
			"message": "2 of 2 pods have to stay, so none may be evicted",
		},
	}
}

test_good_example_passes if {
	count(findings("shop", false, [
		{
			"apiVersion": "apps/v1",
			"kind": "Deployment",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"replicas": 3,
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
			"spec": {"minAvailable": 2, "selector": {"matchLabels": {"app": "orders"}}},
		},
	])) == 0
}

test_single_replica_fails if {
	findings("shop", false, [
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
			"apiVersion": "policy/v1",
			"kind": "PodDisruptionBudget",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {"minAvailable": "50%", "selector": {"matchLabels": {"app": "orders"}}},
		},
	]) == {
		{
			"address": "PodDisruptionBudget/shop/orders",
			"path": ["spec", "minAvailable"],
			"message": "50% of 1 pods have to stay, so none may be evicted",
		},
	}
}

test_autoscaled_fails if {
	findings("shop", false, [
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
		{
			"apiVersion": "policy/v1",
			"kind": "PodDisruptionBudget",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {"minAvailable": 2, "selector": {"matchLabels": {"app": "orders"}}},
		},
	]) == {
		{
			"address": "PodDisruptionBudget/shop/orders",
			"path": ["spec", "minAvailable"],
			"message": "2 of 2 pods have to stay, so none may be evicted",
		},
	}
}

test_autoscaler_keeps_more_passes if {
	count(findings("shop", false, [
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
				"minReplicas": 3,
				"maxReplicas": 9,
			},
		},
		{
			"apiVersion": "policy/v1",
			"kind": "PodDisruptionBudget",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {"minAvailable": 2, "selector": {"matchLabels": {"app": "orders"}}},
		},
	])) == 0
}

test_scaled_by_events_passes if {
	count(findings("shop", false, [
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
			"apiVersion": "keda.sh/v1alpha1",
			"kind": "ScaledObject",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {"scaleTargetRef": {"name": "orders"}},
		},
		{
			"apiVersion": "policy/v1",
			"kind": "PodDisruptionBudget",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "orders"}}},
		},
	])) == 0
}

test_share_passes if {
	count(findings("shop", false, [
		{
			"apiVersion": "apps/v1",
			"kind": "Deployment",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"replicas": 4,
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
			"spec": {"minAvailable": "50%", "selector": {"matchLabels": {"app": "orders"}}},
		},
	])) == 0
}

test_other_pods_passes if {
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
		{
			"apiVersion": "policy/v1",
			"kind": "PodDisruptionBudget",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {"minAvailable": 2, "selector": {"matchLabels": {"app": "payments"}}},
		},
	])) == 0
}

test_unavailable_passes if {
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
		{
			"apiVersion": "policy/v1",
			"kind": "PodDisruptionBudget",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {"maxUnavailable": 1, "selector": {"matchLabels": {"app": "orders"}}},
		},
	])) == 0
}

test_two_workloads_passes if {
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
		{
			"apiVersion": "apps/v1",
			"kind": "Deployment",
			"metadata": {"name": "orders-b", "namespace": "shop"},
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
			"spec": {"minAvailable": 2, "selector": {"matchLabels": {"app": "orders"}}},
		},
	])) == 0
}

test_expression_passes if {
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
		{
			"apiVersion": "policy/v1",
			"kind": "PodDisruptionBudget",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"minAvailable": 2,
				"selector": {
					"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["orders"]}],
				},
			},
		},
	])) == 0
}

test_switched_off_passes if {
	count(findings("shop", false, [
		{
			"apiVersion": "apps/v1",
			"kind": "Deployment",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"replicas": 0,
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
			"spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "orders"}}},
		},
	])) == 0
}
