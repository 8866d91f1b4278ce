package parapet.kubernetes.delivery.canary_routes_test

import data.parapet.kubernetes.delivery.canary_routes
import data.parapet.lib.kubernetes as k8s
import rego.v1

findings(namespace, complete, objects) := found if {
	found := canary_routes.deny with input as k8s.group(namespace, complete, objects)
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
			"apiVersion": "networking.istio.io/v1",
			"kind": "VirtualService",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"hosts": ["orders"],
				"http": [{"route": [{"destination": {"host": "orders", "subset": "canary"}}]}],
			},
		},
	]) == {
		{
			"address": "VirtualService/shop/orders",
			"path": ["metadata", "name"],
			"message": "Canary/shop/orders writes this VirtualService as well",
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
			"apiVersion": "networking.istio.io/v1",
			"kind": "VirtualService",
			"metadata": {"name": "payments", "namespace": "shop"},
			"spec": {
				"hosts": ["orders"],
				"http": [{"route": [{"destination": {"host": "orders", "subset": "canary"}}]}],
			},
		},
	])) == 0
}

test_service_of_another_name_passes if {
	count(findings("shop", false, [
		{
			"apiVersion": "flagger.app/v1beta1",
			"kind": "Canary",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
				"service": {"port": 80, "name": "shop-orders"},
				"analysis": {"webhooks": []},
			},
		},
		{
			"apiVersion": "networking.istio.io/v1",
			"kind": "VirtualService",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"hosts": ["orders"],
				"http": [{"route": [{"destination": {"host": "orders", "subset": "canary"}}]}],
			},
		},
	])) == 0
}

test_other_provider_passes if {
	count(findings("shop", false, [
		{
			"apiVersion": "flagger.app/v1beta1",
			"kind": "Canary",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"provider": "linkerd",
				"targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
				"service": {"port": 80},
				"analysis": {"webhooks": []},
			},
		},
		{
			"apiVersion": "networking.istio.io/v1",
			"kind": "VirtualService",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"hosts": ["orders"],
				"http": [{"route": [{"destination": {"host": "orders", "subset": "canary"}}]}],
			},
		},
	])) == 0
}
