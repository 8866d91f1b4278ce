package parapet.kubernetes.istio.destination_tls_test

import data.parapet.kubernetes.istio.destination_tls
import rego.v1

findings(subject) := found if {
	found := destination_tls.deny with input as {"object": subject}
}

test_disabled_fails if {
	findings({
		"apiVersion": "networking.istio.io/v1",
		"kind": "DestinationRule",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"host": "orders", "trafficPolicy": {"tls": {"mode": "DISABLE"}}},
	}) == {
		{"path": ["spec", "trafficPolicy", "tls", "mode"], "message": "requests are sent in plain text"},
	}
}

test_subset_fails if {
	findings({
		"apiVersion": "networking.istio.io/v1",
		"kind": "DestinationRule",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"host": "orders",
			"subsets": [
				{"name": "v1"},
				{"name": "v2", "trafficPolicy": {"tls": {"mode": "DISABLE"}}},
			],
		},
	}) == {
		{"path": ["spec", "subsets", 1, "trafficPolicy", "tls", "mode"], "message": "requests to subset v2 are sent in plain text"},
	}
}

test_mutual_passes if {
	count(findings({
		"apiVersion": "networking.istio.io/v1",
		"kind": "DestinationRule",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"host": "orders", "trafficPolicy": {"tls": {"mode": "ISTIO_MUTUAL"}}},
	})) == 0
}
