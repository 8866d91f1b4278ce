package parapet.kubernetes.reliability.autoscaled_replicas_test

import data.parapet.kubernetes.reliability.autoscaled_replicas
import data.parapet.lib.kubernetes as k8s
import rego.v1

findings(namespace, complete, objects) := found if {
	found := autoscaled_replicas.deny with input as k8s.group(namespace, complete, objects)
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
			"message": "every deployment sets replicas back to 2",
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
	])) == 0
}

test_other_target_passes if {
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
			"apiVersion": "autoscaling/v2",
			"kind": "HorizontalPodAutoscaler",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"scaleTargetRef": {
					"apiVersion": "apps/v1",
					"kind": "Deployment",
					"name": "payments",
				},
				"minReplicas": 2,
				"maxReplicas": 6,
			},
		},
	])) == 0
}

test_no_autoscaler_passes if {
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

test_scaled_by_events_fails if {
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
			"apiVersion": "keda.sh/v1alpha1",
			"kind": "ScaledObject",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {"scaleTargetRef": {"name": "orders"}},
		},
	]) == {
		{
			"address": "Deployment/shop/orders",
			"path": ["spec", "replicas"],
			"message": "every deployment sets replicas back to 2",
		},
	}
}
