package parapet.kubernetes.network.ingress_tls_test

import data.parapet.kubernetes.network.ingress_tls
import rego.v1

findings(subject) := found if {
	found := ingress_tls.deny with input as {"object": subject}
}

test_none_fails if {
	findings({
		"apiVersion": "networking.k8s.io/v1",
		"kind": "Ingress",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"rules": [{"host": "a.example.com"}]},
	}) == {
		{"path": ["spec", "tls"], "message": "no host is served over TLS"},
	}
}

test_tls_passes if {
	count(findings({
		"apiVersion": "networking.k8s.io/v1",
		"kind": "Ingress",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"tls": [{"secretName": "a"}]},
	})) == 0
}

test_certificate_of_the_cloud_passes if {
	count(findings({
		"apiVersion": "networking.k8s.io/v1",
		"kind": "Ingress",
		"metadata": {"name": "a", "annotations": {"alb.ingress.kubernetes.io/certificate-arn": "arn"}},
		"spec": {},
	})) == 0
}

test_another_ingress_is_not_judged if {
	count(findings({
		"apiVersion": "networking.internal.knative.dev/v1alpha1",
		"kind": "Ingress",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {},
	})) == 0
}
