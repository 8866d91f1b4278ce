package parapet.kubernetes.istio.injection_label_test

import data.parapet.kubernetes.istio.injection_label
import rego.v1

findings(subject) := found if {
	found := injection_label.deny with input as {"object": subject}
}

test_another_value_fails if {
	findings({
		"apiVersion": "v1",
		"kind": "Namespace",
		"metadata": {"name": "shop", "labels": {"istio-injection": "true"}},
	}) == {
		{"path": ["metadata", "labels", "istio-injection"], "message": "the value \"true\" injects no sidecar"},
	}
}

test_enabled_passes if {
	count(findings({
		"apiVersion": "v1",
		"kind": "Namespace",
		"metadata": {"name": "shop", "labels": {"istio-injection": "enabled"}},
	})) == 0
}

test_none_passes if {
	count(findings({
		"apiVersion": "v1",
		"kind": "Namespace",
		"metadata": {"name": "shop", "labels": {"team": "shop"}},
	})) == 0
}
