package parapet.kubernetes.reliability.competing_autoscalers_test

import data.parapet.kubernetes.reliability.competing_autoscalers
import data.parapet.lib.kubernetes as k8s
import rego.v1

findings(namespace, complete, objects) := found if {
	found := competing_autoscalers.deny with input as k8s.group(namespace, complete, objects)
}

test_bad_example_fails if {
	findings("shop", false, [
		{
			"apiVersion": "autoscaling/v2",
			"kind": "HorizontalPodAutoscaler",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
				"maxReplicas": 6,
				"metrics": [
					{
						"type": "Resource",
						"resource": {
							"name": "cpu",
							"target": {"type": "Utilization", "averageUtilization": 70},
						},
					},
				],
			},
		},
		{
			"apiVersion": "autoscaling.k8s.io/v1",
			"kind": "VerticalPodAutoscaler",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {"targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"}},
		},
	]) == {
		{
			"address": "VerticalPodAutoscaler/shop/orders",
			"path": ["spec", "targetRef"],
			"message": "HorizontalPodAutoscaler/shop/orders acts on cpu of orders as well",
		},
	}
}

test_good_example_passes if {
	count(findings("shop", false, [
		{
			"apiVersion": "autoscaling/v2",
			"kind": "HorizontalPodAutoscaler",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
				"maxReplicas": 6,
				"metrics": [
					{
						"type": "Resource",
						"resource": {
							"name": "cpu",
							"target": {"type": "Utilization", "averageUtilization": 70},
						},
					},
				],
			},
		},
		{
			"apiVersion": "autoscaling.k8s.io/v1",
			"kind": "VerticalPodAutoscaler",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
				"updatePolicy": {"updateMode": "Off"},
			},
		},
	])) == 0
}

test_default_metric_fails if {
	findings("shop", false, [
		{
			"apiVersion": "autoscaling/v2",
			"kind": "HorizontalPodAutoscaler",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
				"maxReplicas": 6,
			},
		},
		{
			"apiVersion": "autoscaling.k8s.io/v1",
			"kind": "VerticalPodAutoscaler",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {"targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"}},
		},
	]) == {
		{
			"address": "VerticalPodAutoscaler/shop/orders",
			"path": ["spec", "targetRef"],
			"message": "HorizontalPodAutoscaler/shop/orders acts on cpu of orders as well",
		},
	}
}

test_container_metric_fails if {
	findings("shop", false, [
		{
			"apiVersion": "autoscaling/v2",
			"kind": "HorizontalPodAutoscaler",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
				"maxReplicas": 6,
				"metrics": [
					{
						"type": "ContainerResource",
						"containerResource": {"name": "memory", "container": "app"},
					},
				],
			},
		},
		{
			"apiVersion": "autoscaling.k8s.io/v1",
			"kind": "VerticalPodAutoscaler",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
				"resourcePolicy": {
					"containerPolicies": [{"containerName": "*", "controlledResources": ["memory"]}],
				},
			},
		},
	]) == {
		{
			"address": "VerticalPodAutoscaler/shop/orders",
			"path": ["spec", "targetRef"],
			"message": "HorizontalPodAutoscaler/shop/orders acts on memory of orders as well",
		},
	}
}

test_other_resource_passes if {
	count(findings("shop", false, [
		{
			"apiVersion": "autoscaling/v2",
			"kind": "HorizontalPodAutoscaler",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
				"maxReplicas": 6,
			},
		},
		{
			"apiVersion": "autoscaling.k8s.io/v1",
			"kind": "VerticalPodAutoscaler",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
				"resourcePolicy": {
					"containerPolicies": [{"containerName": "*", "controlledResources": ["memory"]}],
				},
			},
		},
	])) == 0
}

test_containers_left_alone_passes if {
	count(findings("shop", false, [
		{
			"apiVersion": "autoscaling/v2",
			"kind": "HorizontalPodAutoscaler",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
				"maxReplicas": 6,
			},
		},
		{
			"apiVersion": "autoscaling.k8s.io/v1",
			"kind": "VerticalPodAutoscaler",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
				"resourcePolicy": {"containerPolicies": [{"containerName": "*", "mode": "Off"}]},
			},
		},
	])) == 0
}

test_metric_of_the_application_passes if {
	count(findings("shop", false, [
		{
			"apiVersion": "autoscaling/v2",
			"kind": "HorizontalPodAutoscaler",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
				"maxReplicas": 6,
				"metrics": [
					{
						"type": "Pods",
						"pods": {
							"metric": {"name": "requests"},
							"target": {"type": "AverageValue", "averageValue": "10"},
						},
					},
				],
			},
		},
		{
			"apiVersion": "autoscaling.k8s.io/v1",
			"kind": "VerticalPodAutoscaler",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {"targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"}},
		},
	])) == 0
}

test_other_target_passes if {
	count(findings("shop", false, [
		{
			"apiVersion": "autoscaling/v2",
			"kind": "HorizontalPodAutoscaler",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
				"maxReplicas": 6,
			},
		},
		{
			"apiVersion": "autoscaling.k8s.io/v1",
			"kind": "VerticalPodAutoscaler",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "payments"},
			},
		},
	])) == 0
}

keda(kind, trigger) := findings("shop", false, [
	{
		"apiVersion": "keda.sh/v1alpha1",
		"kind": "ScaledObject",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"scaleTargetRef": object.union({"name": "orders"}, kind), "triggers": [{"type": trigger}]},
	},
	{
		"apiVersion": "autoscaling.k8s.io/v1",
		"kind": "VerticalPodAutoscaler",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"}},
	},
])

test_keda_on_the_same_resource_fails if {
	every trigger in ["cpu", "memory"] {
		keda({}, trigger) == {{
			"address": "VerticalPodAutoscaler/shop/orders",
			"path": ["spec", "targetRef"],
			"message": sprintf("ScaledObject/shop/orders acts on %s of orders as well", [trigger]),
		}}
	}
}

test_keda_on_a_queue_passes if count(keda({}, "aws-sqs-queue")) == 0

test_keda_of_another_kind_passes if count(keda({"kind": "StatefulSet"}, "cpu")) == 0
