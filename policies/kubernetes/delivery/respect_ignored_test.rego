package parapet.kubernetes.delivery.respect_ignored_test

import data.parapet.kubernetes.delivery.respect_ignored
import rego.v1

findings(subject) := found if {
	found := respect_ignored.deny with input as {"object": subject}
}

test_bad_example_fails if {
	findings({
		"apiVersion": "argoproj.io/v1alpha1",
		"kind": "Application",
		"metadata": {"name": "orders", "namespace": "argocd"},
		"spec": {
			"ignoreDifferences": [
				{"group": "apps", "kind": "Deployment", "jsonPointers": ["/spec/replicas"]},
			],
			"syncPolicy": {"automated": {"prune": true}},
		},
	}) == {
		{
			"path": ["spec", "ignoreDifferences"],
			"message": "an automatic sync writes these fields all the same",
		},
	}
}

test_good_example_passes if {
	count(findings({
		"apiVersion": "argoproj.io/v1alpha1",
		"kind": "Application",
		"metadata": {"name": "orders", "namespace": "argocd"},
		"spec": {
			"ignoreDifferences": [
				{"group": "apps", "kind": "Deployment", "jsonPointers": ["/spec/replicas"]},
			],
			"syncPolicy": {
				"automated": {"prune": true},
				"syncOptions": ["RespectIgnoreDifferences=true"],
			},
		},
	})) == 0
}

test_by_hand_passes if {
	count(findings({
		"apiVersion": "argoproj.io/v1alpha1",
		"kind": "Application",
		"metadata": {"name": "orders", "namespace": "argocd"},
		"spec": {
			"ignoreDifferences": [
				{"group": "apps", "kind": "Deployment", "jsonPointers": ["/spec/replicas"]},
			],
			"syncPolicy": {"syncOptions": ["PruneLast=true"]},
		},
	})) == 0
}

test_switched_off_passes if {
	count(findings({
		"apiVersion": "argoproj.io/v1alpha1",
		"kind": "Application",
		"metadata": {"name": "orders", "namespace": "argocd"},
		"spec": {
			"ignoreDifferences": [
				{"group": "apps", "kind": "Deployment", "jsonPointers": ["/spec/replicas"]},
			],
			"syncPolicy": {"automated": {"enabled": false}},
		},
	})) == 0
}

test_nothing_ignored_passes if {
	count(findings({
		"apiVersion": "argoproj.io/v1alpha1",
		"kind": "Application",
		"metadata": {"name": "orders", "namespace": "argocd"},
		"spec": {"ignoreDifferences": [], "syncPolicy": {"automated": {}}},
	})) == 0
}
