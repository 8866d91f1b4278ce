package parapet.kubernetes.network.external_ips_test

import rego.v1

import data.parapet.kubernetes.network.external_ips

findings(subject) := found if {
	found := external_ips.deny with input as {"object": subject}
}

test_external_ips if {
	findings({"kind": "Service", "spec": {"externalIPs": ["203.0.113.7", "203.0.113.8"]}}) == {
		{"path": ["spec", "externalIPs", 0], "message": "service takes the traffic to 203.0.113.7"},
		{"path": ["spec", "externalIPs", 1], "message": "service takes the traffic to 203.0.113.8"},
	}
}

test_none_passes if {
	count(findings({"kind": "Service", "spec": {"externalIPs": []}})) == 0
	count(findings({"kind": "Service", "spec": {"externalIPs": null}})) == 0
	count(findings({"kind": "Service", "spec": {"type": "LoadBalancer", "ports": [{"port": 443}]}})) == 0
	count(findings({"kind": "Service"})) == 0
}
