package parapet.kubernetes.delivery.safe_sync_test

import data.parapet.kubernetes.delivery.safe_sync
import rego.v1

findings(subject) := found if {
	found := safe_sync.deny with input as {"object": subject}
}

test_empty_allowed_fails if {
	findings({
		"apiVersion": "argoproj.io/v1alpha1",
		"kind": "Application",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"syncPolicy": {
				"automated": {"prune": true, "allowEmpty": true},
				"retry": {"limit": 5},
			},
		},
	}) == {
		{"path": ["spec", "syncPolicy", "automated", "allowEmpty"], "message": "an empty render deletes everything"},
	}
}

test_no_retry_fails if {
	findings({
		"apiVersion": "argoproj.io/v1alpha1",
		"kind": "Application",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"syncPolicy": {"automated": {}}},
	}) == {
		{"path": ["spec", "syncPolicy", "retry"], "message": "a sync that fails is not tried again"},
	}
}

test_no_retry_when_enabled_fails if {
	findings({
		"apiVersion": "argoproj.io/v1alpha1",
		"kind": "Application",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"syncPolicy": {"automated": {"enabled": true}, "retry": {"limit": 0}}},
	}) == {
		{"path": ["spec", "syncPolicy", "retry"], "message": "a sync that fails is not tried again"},
	}
}

test_switched_off_passes if {
	count(findings({
		"apiVersion": "argoproj.io/v1alpha1",
		"kind": "Application",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"syncPolicy": {"automated": {"enabled": false}}},
	})) == 0
}

test_retry_passes if {
	count(findings({
		"apiVersion": "argoproj.io/v1alpha1",
		"kind": "Application",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"syncPolicy": {
				"automated": {"prune": true, "allowEmpty": false},
				"retry": {"limit": 5},
			},
		},
	})) == 0
}

test_sync_by_hand_passes if {
	count(findings({
		"apiVersion": "argoproj.io/v1alpha1",
		"kind": "Application",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"source": {"targetRevision": "v1"}},
	})) == 0
}
