package parapet.kubernetes.access.everybody_bound_test

import data.parapet.kubernetes.access.everybody_bound
import rego.v1

findings(subject) := found if {
	found := everybody_bound.deny with input as {"object": subject}
}

test_anonymous_fails if {
	findings({
		"apiVersion": "rbac.authorization.k8s.io/v1",
		"kind": "ClusterRoleBinding",
		"metadata": {"name": "orders"},
		"roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
		"subjects": [{"kind": "Group", "name": "devs"}, {"kind": "User", "name": "system:anonymous"}],
	}) == {
		{"path": ["subjects", 1, "name"], "message": "bound to system:anonymous"},
	}
}

test_everybody_with_a_login_fails if {
	findings({
		"apiVersion": "rbac.authorization.k8s.io/v1",
		"kind": "ClusterRoleBinding",
		"metadata": {"name": "orders"},
		"roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
		"subjects": [{"kind": "Group", "name": "system:authenticated"}],
	}) == {
		{"path": ["subjects", 0, "name"], "message": "bound to everybody who can sign in"},
	}
}

test_discovery_passes if {
	count(findings({
		"apiVersion": "rbac.authorization.k8s.io/v1",
		"kind": "ClusterRoleBinding",
		"metadata": {"name": "orders"},
		"roleRef": {
			"apiGroup": "rbac.authorization.k8s.io",
			"kind": "ClusterRole",
			"name": "system:discovery",
		},
		"subjects": [{"kind": "Group", "name": "system:authenticated"}],
	})) == 0
}

test_known_group_passes if {
	count(findings({
		"apiVersion": "rbac.authorization.k8s.io/v1",
		"kind": "ClusterRoleBinding",
		"metadata": {"name": "orders"},
		"roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
		"subjects": [{"kind": "Group", "name": "devs"}],
	})) == 0
}
