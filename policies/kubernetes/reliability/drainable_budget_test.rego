package parapet.kubernetes.reliability.drainable_budget_test

import data.parapet.kubernetes.reliability.drainable_budget
import rego.v1

findings(subject) := found if {
	found := drainable_budget.deny with input as {"object": subject}
}

test_nothing_unavailable_fails if {
	findings({
		"apiVersion": "policy/v1",
		"kind": "PodDisruptionBudget",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"selector": {"matchLabels": {"app": "orders"}}, "maxUnavailable": 0},
	}) == {
		{"path": ["spec", "maxUnavailable"], "message": "no pod may ever be evicted"},
	}
}

test_everything_available_fails if {
	findings({
		"apiVersion": "policy/v1",
		"kind": "PodDisruptionBudget",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"selector": {"matchLabels": {"app": "orders"}}, "minAvailable": "100%"},
	}) == {
		{"path": ["spec", "minAvailable"], "message": "no pod may ever be evicted"},
	}
}

test_one_passes if {
	count(findings({
		"apiVersion": "policy/v1",
		"kind": "PodDisruptionBudget",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"selector": {"matchLabels": {"app": "orders"}}, "maxUnavailable": 1},
	})) == 0
}

test_share_passes if {
	count(findings({
		"apiVersion": "policy/v1",
		"kind": "PodDisruptionBudget",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"selector": {"matchLabels": {"app": "orders"}}, "minAvailable": "50%"},
	})) == 0
}
