package parapet.kubernetes.istio.outlier_detection_test

import data.parapet.kubernetes.istio.outlier_detection
import rego.v1

findings(subject) := found if {
	found := outlier_detection.deny with input as {"object": subject}
}

test_pool_alone_fails if {
	findings({
		"apiVersion": "networking.istio.io/v1",
		"kind": "DestinationRule",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"host": "orders",
			"trafficPolicy": {"connectionPool": {"tcp": {"maxConnections": 1}}},
		},
	}) == {
		{"path": ["spec", "trafficPolicy", "outlierDetection"], "message": "failing hosts are not ejected"},
	}
}

test_old_field_fails if {
	findings({
		"apiVersion": "networking.istio.io/v1",
		"kind": "DestinationRule",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"host": "orders", "trafficPolicy": {"outlierDetection": {"consecutiveErrors": 5}}},
	}) == {
		{"path": ["spec", "trafficPolicy", "outlierDetection", "consecutiveErrors"], "message": "`consecutiveErrors` was replaced by `consecutive5xxErrors`"},
	}
}

test_detection_passes if {
	count(findings({
		"apiVersion": "networking.istio.io/v1",
		"kind": "DestinationRule",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"host": "orders",
			"trafficPolicy": {
				"loadBalancer": {"simple": "LEAST_REQUEST"},
				"outlierDetection": {"consecutive5xxErrors": 5},
			},
		},
	})) == 0
}

test_tls_alone_passes if {
	count(findings({
		"apiVersion": "networking.istio.io/v1",
		"kind": "DestinationRule",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"host": "orders", "trafficPolicy": {"tls": {"mode": "ISTIO_MUTUAL"}}},
	})) == 0
}
