package parapet.kubernetes.delivery.canary_hooks_test

import data.parapet.kubernetes.delivery.canary_hooks
import rego.v1

findings(subject) := found if {
	found := canary_hooks.deny with input as {"object": subject}
}

test_bad_example_fails if {
	findings({
		"apiVersion": "flagger.app/v1beta1",
		"kind": "Canary",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
			"service": {"port": 80},
			"analysis": {
				"webhooks": [
					{
						"name": "test",
						"type": "pre-rollout",
						"url": "http://tester.test/",
						"metadata": {"cmd": "curl -sf http://orders.shop/health"},
					},
				],
			},
		},
	}) == {
		{
			"path": ["spec", "analysis", "webhooks", 0, "metadata", "cmd"],
			"message": "before the rollout orders still leads to the old version: test orders-canary",
		},
	}
}

test_good_example_passes if {
	count(findings({
		"apiVersion": "flagger.app/v1beta1",
		"kind": "Canary",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
			"service": {"port": 80},
			"analysis": {
				"webhooks": [
					{
						"name": "test",
						"type": "pre-rollout",
						"url": "http://tester.test/",
						"metadata": {"cmd": "curl -sf http://orders-canary.shop/health"},
					},
				],
			},
		},
	})) == 0
}

test_other_namespace_fails if {
	findings({
		"apiVersion": "flagger.app/v1beta1",
		"kind": "Canary",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
			"service": {"port": 80},
			"analysis": {
				"webhooks": [
					{
						"name": "load",
						"url": "http://tester.test/",
						"metadata": {"cmd": "hey -z 1m http://orders-canary.prod:8080/"},
					},
				],
			},
		},
	}) == {
		{
			"path": ["spec", "analysis", "webhooks", 0, "metadata", "cmd"],
			"message": "it tests orders in namespace prod, and not in its own",
		},
	}
}

test_load_on_all_passes if {
	count(findings({
		"apiVersion": "flagger.app/v1beta1",
		"kind": "Canary",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
			"service": {"port": 80},
			"analysis": {
				"webhooks": [
					{
						"name": "load",
						"url": "http://tester.test/",
						"metadata": {"cmd": "hey -z 1m http://orders.shop.svc.cluster.local/"},
					},
				],
			},
		},
	})) == 0
}

test_short_name_passes if {
	count(findings({
		"apiVersion": "flagger.app/v1beta1",
		"kind": "Canary",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
			"service": {"port": 80},
			"analysis": {
				"webhooks": [
					{
						"name": "load",
						"url": "http://tester.test/",
						"metadata": {"cmd": "hey http://orders-canary"},
					},
				],
			},
		},
	})) == 0
}

test_another_service_passes if {
	count(findings({
		"apiVersion": "flagger.app/v1beta1",
		"kind": "Canary",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
			"service": {"port": 80},
			"analysis": {
				"webhooks": [
					{
						"name": "seed",
						"type": "pre-rollout",
						"url": "http://tester.test/",
						"metadata": {"cmd": "curl http://orders-db.prod/"},
					},
				],
			},
		},
	})) == 0
}

test_no_namespace_passes if {
	count(findings({
		"apiVersion": "flagger.app/v1beta1",
		"kind": "Canary",
		"metadata": {"name": "orders"},
		"spec": {
			"targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
			"service": {"port": 80},
			"analysis": {
				"webhooks": [
					{
						"name": "load",
						"url": "http://tester.test/",
						"metadata": {"cmd": "hey http://orders-canary.prod/"},
					},
				],
			},
		},
	})) == 0
}

test_no_command_passes if {
	count(findings({
		"apiVersion": "flagger.app/v1beta1",
		"kind": "Canary",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
			"service": {"port": 80},
			"analysis": {
				"webhooks": [
					{"name": "gate", "type": "confirm-rollout", "url": "http://gate.test/"},
				],
			},
		},
	})) == 0
}
