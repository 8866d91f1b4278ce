package parapet.kubernetes.access.cluster_admin_binding_test

import rego.v1

import data.parapet.kubernetes.access.cluster_admin_binding
import data.parapet.lib.kubernetes as k8s

findings(subject) := found if {
	found := cluster_admin_binding.deny with input as {"object": subject}
}

test_bound if {
	findings({
		"kind": "ClusterRoleBinding",
		"roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
		"subjects": [
			{"kind": "ServiceAccount", "name": "deployer", "namespace": "ci"},
			{"kind": "Group", "name": "developers"},
		],
	}) == {{
		"path": ["roleRef", "name"],
		"message": "cluster-admin is bound to ServiceAccount ci/deployer, Group developers",
	}}
}

test_other_roles_pass if {
	count(findings({
		"kind": "ClusterRoleBinding",
		"roleRef": {"kind": "ClusterRole", "name": "view"},
		"subjects": [{"kind": "Group", "name": "developers"}],
	})) == 0
}

test_built_in_and_empty_bindings_pass if {
	count(findings({
		"kind": "ClusterRoleBinding",
		"metadata": {"labels": {"kubernetes.io/bootstrapping": "rbac-defaults"}},
		"roleRef": {"kind": "ClusterRole", "name": "cluster-admin"},
		"subjects": [{"kind": "Group", "name": "system:masters"}],
	})) == 0
	count(findings({"kind": "ClusterRoleBinding", "roleRef": {"name": "cluster-admin"}, "subjects": null})) == 0
	count(findings({"kind": "ClusterRoleBinding"})) == 0
}
