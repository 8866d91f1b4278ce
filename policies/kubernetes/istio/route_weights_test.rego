package parapet.kubernetes.istio.route_weights_test

import data.parapet.kubernetes.istio.route_weights
import rego.v1

findings(subject) := found if {
	found := route_weights.deny with input as {"object": subject}
}

test_other_sum_fails if {
	findings({
		"apiVersion": "networking.istio.io/v1",
		"kind": "VirtualService",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"hosts": ["orders"],
			"http": [
				{
					"route": [
						{"destination": {"host": "a"}, "weight": 90},
						{"destination": {"host": "b"}, "weight": 20},
					],
				},
			],
		},
	}) == {
		{"path": ["spec", "http", 0, "route"], "message": "the weights sum to 110"},
	}
}

test_hundred_passes if {
	count(findings({
		"apiVersion": "networking.istio.io/v1",
		"kind": "VirtualService",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"hosts": ["orders"],
			"http": [
				{
					"route": [
						{"destination": {"host": "a"}, "weight": 90},
						{"destination": {"host": "b"}, "weight": 10},
					],
				},
			],
		},
	})) == 0
}

test_one_destination_passes if {
	count(findings({
		"apiVersion": "networking.istio.io/v1",
		"kind": "VirtualService",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"hosts": ["orders"], "http": [{"route": [{"destination": {"host": "a"}}]}]},
	})) == 0
}
