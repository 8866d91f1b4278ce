package parapet.kubernetes.istio.subsets_exist_test

import data.parapet.kubernetes.istio.subsets_exist
import data.parapet.lib.kubernetes as k8s
import rego.v1

findings(namespace, complete, objects) := found if {
	found := subsets_exist.deny with input as k8s.group(namespace, complete, objects)
}

test_bad_example_fails if {
	findings("shop", false, [
		{
			"apiVersion": "networking.istio.io/v1",
			"kind": "VirtualService",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"hosts": ["orders"],
				"http": [{"route": [{"destination": {"host": "orders", "subset": "canary"}}]}],
			},
		},
		{
			"apiVersion": "networking.istio.io/v1",
			"kind": "DestinationRule",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"host": "orders",
				"subsets": [{"name": "stable", "labels": {"version": "stable"}}],
			},
		},
	]) == {
		{
			"address": "VirtualService/shop/orders",
			"path": ["spec", "http", 0, "route", 0, "destination", "subset"],
			"message": "no DestinationRule defines subset canary of orders",
		},
	}
}

test_good_example_passes if {
	count(findings("shop", false, [
		{
			"apiVersion": "networking.istio.io/v1",
			"kind": "VirtualService",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"hosts": ["orders"],
				"http": [{"route": [{"destination": {"host": "orders", "subset": "canary"}}]}],
			},
		},
		{
			"apiVersion": "networking.istio.io/v1",
			"kind": "DestinationRule",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"host": "orders",
				"subsets": [
					{"name": "stable", "labels": {"version": "stable"}},
					{"name": "canary", "labels": {"version": "canary"}},
				],
			},
		},
	])) == 0
}

test_no_rule_at_all_fails if {
	findings("shop", true, [
		{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}},
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
			"path": ["spec", "http", 0, "route", 0, "destination", "subset"],
			"message": "no DestinationRule defines subset canary of orders",
		},
	}
}

test_full_name_fails if {
	findings("shop", false, [
		{
			"apiVersion": "networking.istio.io/v1",
			"kind": "VirtualService",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"hosts": ["orders"],
				"http": [
					{
						"route": [
							{
								"destination": {
									"host": "orders.shop.svc.cluster.local",
									"subset": "canary",
								},
							},
						],
					},
				],
			},
		},
		{
			"apiVersion": "networking.istio.io/v1",
			"kind": "DestinationRule",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"host": "orders",
				"subsets": [{"name": "stable", "labels": {"version": "stable"}}],
			},
		},
	]) == {
		{
			"address": "VirtualService/shop/orders",
			"path": ["spec", "http", 0, "route", 0, "destination", "subset"],
			"message": "no DestinationRule defines subset canary of orders.shop.svc.cluster.local",
		},
	}
}

test_rule_elsewhere_passes if {
	count(findings("shop", false, [
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

test_two_rules_passes if {
	count(findings("shop", false, [
		{
			"apiVersion": "networking.istio.io/v1",
			"kind": "VirtualService",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"hosts": ["orders"],
				"http": [{"route": [{"destination": {"host": "orders", "subset": "canary"}}]}],
			},
		},
		{
			"apiVersion": "networking.istio.io/v1",
			"kind": "DestinationRule",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"host": "orders",
				"subsets": [{"name": "stable", "labels": {"version": "stable"}}],
			},
		},
		{
			"apiVersion": "networking.istio.io/v1",
			"kind": "DestinationRule",
			"metadata": {"name": "more", "namespace": "shop"},
			"spec": {
				"host": "orders",
				"subsets": [{"name": "canary", "labels": {"version": "canary"}}],
			},
		},
	])) == 0
}

test_flagger_passes if {
	count(findings("shop", true, [
		{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}},
		{
			"apiVersion": "networking.istio.io/v1",
			"kind": "VirtualService",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"hosts": ["orders"],
				"http": [{"route": [{"destination": {"host": "orders", "subset": "canary"}}]}],
			},
		},
		{
			"apiVersion": "flagger.app/v1beta1",
			"kind": "Canary",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {},
		},
	])) == 0
}

test_other_host_passes if {
	count(findings("shop", false, [
		{
			"apiVersion": "networking.istio.io/v1",
			"kind": "VirtualService",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"hosts": ["orders"],
				"http": [{"route": [{"destination": {"host": "orders", "subset": "canary"}}]}],
			},
		},
		{
			"apiVersion": "networking.istio.io/v1",
			"kind": "DestinationRule",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"host": "payments",
				"subsets": [{"name": "stable", "labels": {"version": "stable"}}],
			},
		},
	])) == 0
}
