package parapet.kubernetes.istio.keep_alive_test

import data.parapet.kubernetes.istio.keep_alive
import rego.v1

findings(subject) := found if {
	found := keep_alive.deny with input as {"object": subject}
}

test_bad_example_fails if {
	findings({
		"apiVersion": "networking.istio.io/v1",
		"kind": "DestinationRule",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"host": "orders",
			"trafficPolicy": {"connectionPool": {"http": {"maxRequestsPerConnection": 1}}},
		},
	}) == {
		{
			"path": ["spec", "trafficPolicy", "connectionPool", "http", "maxRequestsPerConnection"],
			"message": "every request opens a connection of its own",
		},
	}
}

test_good_example_passes if {
	count(findings({
		"apiVersion": "networking.istio.io/v1",
		"kind": "DestinationRule",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"host": "orders",
			"trafficPolicy": {"connectionPool": {"http": {"http2MaxRequests": 100}}},
		},
	})) == 0
}

test_subset_fails if {
	findings({
		"apiVersion": "networking.istio.io/v1",
		"kind": "DestinationRule",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"host": "orders",
			"subsets": [
				{
					"name": "a",
					"trafficPolicy": {"connectionPool": {"http": {"maxRequestsPerConnection": 1}}},
				},
			],
		},
	}) == {
		{
			"path": [
				"spec",
				"subsets",
				0,
				"trafficPolicy",
				"connectionPool",
				"http",
				"maxRequestsPerConnection",
			],
			"message": "every request opens a connection of its own",
		},
	}
}

test_many_passes if {
	count(findings({
		"apiVersion": "networking.istio.io/v1",
		"kind": "DestinationRule",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"host": "orders",
			"trafficPolicy": {"connectionPool": {"http": {"maxRequestsPerConnection": 1000}}},
		},
	})) == 0
}
