package parapet.kubernetes.delivery.canary_analysis_test

import data.parapet.kubernetes.delivery.canary_analysis
import rego.v1

findings(subject) := found if {
	found := canary_analysis.deny with input as {"object": subject}
}

test_nothing_analysed_fails if {
	findings({
		"apiVersion": "flagger.app/v1beta1",
		"kind": "Canary",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
			"analysis": {"threshold": 5},
		},
	}) == {
		{"path": ["spec", "analysis", "metrics"], "message": "no metric is analysed"},
	}
}

test_no_thresholds_fail if {
	findings({
		"apiVersion": "flagger.app/v1beta1",
		"kind": "Canary",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
			"analysis": {"stepWeight": 60, "metrics": [{"name": "errors"}]},
		},
	}) == {
		{"path": ["spec", "analysis", "metrics", 0, "thresholdRange"], "message": "metric errors has no threshold"},
		{"path": ["spec", "analysis", "threshold"], "message": "no number of failures ends the canary"},
		{"path": ["spec", "analysis", "stepWeight"], "message": "one step sends 60% of the traffic"},
	}
}

test_analysis_passes if {
	count(findings({
		"apiVersion": "flagger.app/v1beta1",
		"kind": "Canary",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
			"analysis": {
				"threshold": 5,
				"stepWeight": 10,
				"metrics": [{"name": "errors", "thresholdRange": {"max": 1}}],
			},
		},
	})) == 0
}

test_tests_as_webhooks_pass if {
	count(findings({
		"apiVersion": "flagger.app/v1beta1",
		"kind": "Canary",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
			"analysis": {
				"threshold": 2,
				"iterations": 10,
				"webhooks": [{"name": "tests", "type": "rollout"}],
			},
		},
	})) == 0
}

test_another_canary_is_not_judged if {
	count(findings({
		"apiVersion": "example.com/v1",
		"kind": "Canary",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {},
	})) == 0
}
