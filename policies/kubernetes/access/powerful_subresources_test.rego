package parapet.kubernetes.access.powerful_subresources_test

import data.parapet.kubernetes.access.powerful_subresources
import rego.v1

findings(subject) := found if {
	found := powerful_subresources.deny with input as {"object": subject}
}

test_node_proxy_fails if {
	findings({
		"apiVersion": "rbac.authorization.k8s.io/v1",
		"kind": "ClusterRole",
		"metadata": {"name": "orders"},
		"rules": [{"apiGroups": [""], "resources": ["nodes/proxy"], "verbs": ["get"]}],
	}) == {
		{"path": ["rules", 0, "resources"], "message": "rule allows get on nodes/proxy"},
	}
}

test_named_account_passes if {
	count(findings({
		"apiVersion": "rbac.authorization.k8s.io/v1",
		"kind": "Role",
		"metadata": {"name": "orders"},
		"rules": [
			{
				"apiGroups": [""],
				"resources": ["serviceaccounts/token"],
				"resourceNames": ["ci"],
				"verbs": ["create"],
			},
		],
	})) == 0
}

test_nodes_pass if {
	count(findings({
		"apiVersion": "rbac.authorization.k8s.io/v1",
		"kind": "ClusterRole",
		"metadata": {"name": "orders"},
		"rules": [{"apiGroups": [""], "resources": ["nodes", "nodes/metrics"], "verbs": ["get"]}],
	})) == 0
}
