package parapet.kubernetes.istio.mtls_strict_test

import data.parapet.kubernetes.istio.mtls_strict
import rego.v1

findings(subject) := found if {
	found := mtls_strict.deny with input as {"object": subject}
}

test_permissive_fails if {
	findings({
		"apiVersion": "security.istio.io/v1",
		"kind": "PeerAuthentication",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"mtls": {"mode": "PERMISSIVE"}},
	}) == {
		{"path": ["spec", "mtls", "mode"], "message": "plain text is accepted (PERMISSIVE)"},
	}
}

test_open_port_fails if {
	findings({
		"apiVersion": "security.istio.io/v1",
		"kind": "PeerAuthentication",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"mtls": {"mode": "STRICT"}, "portLevelMtls": {"8080": {"mode": "DISABLE"}}},
	}) == {
		{"path": ["spec", "portLevelMtls", "8080", "mode"], "message": "plain text is accepted at port 8080 (DISABLE)"},
	}
}

test_strict_passes if {
	count(findings({
		"apiVersion": "security.istio.io/v1",
		"kind": "PeerAuthentication",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"mtls": {"mode": "STRICT"}},
	})) == 0
}

test_inherited_passes if {
	count(findings({
		"apiVersion": "security.istio.io/v1",
		"kind": "PeerAuthentication",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {},
	})) == 0
}
