package parapet.kubernetes.access.wildcard_permissions_test

import rego.v1

import data.parapet.kubernetes.access.wildcard_permissions

findings(subject) := found if {
	found := wildcard_permissions.deny with input as {"object": subject}
}

test_everything if {
	findings({"kind": "ClusterRole", "rules": [
		{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]},
		{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]},
	]}) == {{"path": ["rules", 1], "message": "rule allows every verb on every resource of every API group"}}
}

test_core_group if {
	findings({"kind": "Role", "rules": [{"apiGroups": ["", "apps"], "resources": ["*"], "verbs": ["get", "*"]}]}) == {{
		"path": ["rules", 0],
		"message": "rule allows every verb on every resource of the core API group",
	}}
}

test_narrower_rules_pass if {
	count(findings({"kind": "ClusterRole", "rules": [
		{"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list", "watch"]},
		{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["*"]},
		{"apiGroups": ["cert-manager.io"], "resources": ["*"], "verbs": ["*"]},
		{"nonResourceURLs": ["*"], "verbs": ["*"]},
	]})) == 0
}

test_built_in_aggregated_and_empty_roles_pass if {
	count(findings({
		"kind": "ClusterRole",
		"metadata": {"name": "cluster-admin", "labels": {"kubernetes.io/bootstrapping": "rbac-defaults"}},
		"rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}],
	})) == 0
	count(findings({"kind": "ClusterRole", "aggregationRule": {"clusterRoleSelectors": []}, "rules": null})) == 0
	count(findings({"kind": "Role"})) == 0
}
