package parapet.kubernetes.reliability.autoscaler_range_test

import data.parapet.kubernetes.reliability.autoscaler_range
import rego.v1

findings(subject) := found if {
	found := autoscaler_range.deny with input as {"object": subject}
}

test_no_range_fails if {
	findings({
		"apiVersion": "autoscaling/v2",
		"kind": "HorizontalPodAutoscaler",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
			"minReplicas": 3,
			"maxReplicas": 3,
		},
	}) == {
		{"path": ["spec", "maxReplicas"], "message": "stays at 3 replicas"},
	}
}

test_default_minimum_fails if {
	findings({
		"apiVersion": "autoscaling/v2",
		"kind": "HorizontalPodAutoscaler",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"maxReplicas": 1},
	}) == {
		{"path": ["spec", "maxReplicas"], "message": "stays at 1 replicas"},
	}
}

test_range_passes if {
	count(findings({
		"apiVersion": "autoscaling/v2",
		"kind": "HorizontalPodAutoscaler",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
			"minReplicas": 2,
			"maxReplicas": 6,
		},
	})) == 0
}
