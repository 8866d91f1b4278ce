package parapet.kubernetes.access.secrets_everywhere_test

import data.parapet.kubernetes.access.secrets_everywhere
import rego.v1

findings(subject) := found if {
	found := secrets_everywhere.deny with input as {"object": subject}
}

test_reading_fails if {
	findings({
		"apiVersion": "rbac.authorization.k8s.io/v1",
		"kind": "ClusterRole",
		"metadata": {"name": "orders"},
		"rules": [
			{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]},
			{"apiGroups": [""], "resources": ["secrets"], "verbs": ["list"]},
		],
	}) == {
		{"path": ["rules", 1], "message": "rule reads the Secrets of every namespace it is bound in"},
	}
}

test_named_secrets_pass if {
	count(findings({
		"apiVersion": "rbac.authorization.k8s.io/v1",
		"kind": "ClusterRole",
		"metadata": {"name": "orders"},
		"rules": [
			{
				"apiGroups": [""],
				"resources": ["secrets"],
				"resourceNames": ["tls"],
				"verbs": ["get"],
			},
		],
	})) == 0
}

test_writing_passes if {
	count(findings({
		"apiVersion": "rbac.authorization.k8s.io/v1",
		"kind": "ClusterRole",
		"metadata": {"name": "orders"},
		"rules": [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["create"]}],
	})) == 0
}

test_secrets_of_another_group_pass if {
	count(findings({
		"apiVersion": "rbac.authorization.k8s.io/v1",
		"kind": "ClusterRole",
		"metadata": {"name": "orders"},
		"rules": [{"apiGroups": ["vault.example.com"], "resources": ["secrets"], "verbs": ["get"]}],
	})) == 0
}

role(rule) := {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "audit"}, "rules": [rule]}

test_reading_everything_fails if {
	every group in ["", "*"] {
		count(findings(role({"apiGroups": [group], "resources": ["*"], "verbs": ["get", "list"]}))) == 1
	}
}

test_reading_everything_of_another_group_passes if {
	count(findings(role({"apiGroups": ["apps"], "resources": ["*"], "verbs": ["get", "list"]}))) == 0
}

test_every_verb_on_everything_is_another_rules_finding if {
	count(findings(role({"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}))) == 0
}
