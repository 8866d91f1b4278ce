package parapet.kubernetes.secrets.long_lived_token_test

import data.parapet.kubernetes.secrets.long_lived_token
import rego.v1

findings(subject) := found if {
	found := long_lived_token.deny with input as {"object": subject}
}

test_token_fails if {
	findings({
		"apiVersion": "v1",
		"kind": "Secret",
		"metadata": {"name": "orders", "namespace": "shop"},
		"type": "kubernetes.io/service-account-token",
	}) == {
		{"path": ["type"], "message": "holds a token that never expires"},
	}
}

test_another_type_passes if {
	count(findings({
		"apiVersion": "v1",
		"kind": "Secret",
		"metadata": {"name": "orders", "namespace": "shop"},
		"type": "kubernetes.io/tls",
	})) == 0
}
