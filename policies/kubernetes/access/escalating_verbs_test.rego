package parapet.kubernetes.access.escalating_verbs_test

import data.parapet.kubernetes.access.escalating_verbs
import rego.v1

findings(subject) := found if {
	found := escalating_verbs.deny with input as {"object": subject}
}

test_escalate_fails if {
	findings({
		"apiVersion": "rbac.authorization.k8s.io/v1",
		"kind": "Role",
		"metadata": {"name": "orders"},
		"rules": [
			{
				"apiGroups": ["rbac.authorization.k8s.io"],
				"resources": ["roles"],
				"verbs": ["get", "escalate"],
			},
		],
	}) == {
		{"path": ["rules", 0, "verbs"], "message": "rule allows escalate"},
	}
}

test_impersonate_fails if {
	findings({
		"apiVersion": "rbac.authorization.k8s.io/v1",
		"kind": "ClusterRole",
		"metadata": {"name": "orders"},
		"rules": [{"apiGroups": [""], "resources": ["users"], "verbs": ["impersonate"]}],
	}) == {
		{"path": ["rules", 0, "verbs"], "message": "rule allows impersonate"},
	}
}

test_named_role_passes if {
	count(findings({
		"apiVersion": "rbac.authorization.k8s.io/v1",
		"kind": "ClusterRole",
		"metadata": {"name": "orders"},
		"rules": [
			{
				"apiGroups": ["rbac.authorization.k8s.io"],
				"resources": ["clusterroles"],
				"resourceNames": ["view"],
				"verbs": ["bind"],
			},
		],
	})) == 0
}

test_reading_passes if {
	count(findings({
		"apiVersion": "rbac.authorization.k8s.io/v1",
		"kind": "Role",
		"metadata": {"name": "orders"},
		"rules": [{"apiGroups": [""], "resources": ["roles"], "verbs": ["get"]}],
	})) == 0
}
