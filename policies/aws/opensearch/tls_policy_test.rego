package parapet.aws.opensearch.tls_policy_test

import data.parapet.aws.opensearch.tls_policy
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := tls_policy.deny with input as {"resource": {"values": values, "config": config}}
}

test_policy_min_tls_1_0_2019_07_fails if {
	findings({"domain_endpoint_options": [{"tls_security_policy": "Policy-Min-TLS-1-0-2019-07"}]}, {"domain_endpoint_options": [{"tls_security_policy": {}}]}) == {
		{"path": ["domain_endpoint_options", 0, "tls_security_policy"], "message": "TLS older than 1.2 is admitted"},
	}
}

test_not_set_fails if findings({}, {"tags": {}}) == {{"message": "TLS older than 1.2 is admitted"}}

test_absent_from_a_state_fails if {
	findings({}, {}) == {
		{"path": ["domain_endpoint_options", 0, "tls_security_policy"], "message": "TLS older than 1.2 is admitted"},
	}
}

test_policy_min_tls_1_2_2019_07_passes if {
	count(findings({"domain_endpoint_options": [{"tls_security_policy": "Policy-Min-TLS-1-2-2019-07"}]}, {"domain_endpoint_options": [{"tls_security_policy": {}}]})) == 0
}

test_policy_min_tls_1_2_pfs_2023_10_passes if {
	count(findings({"domain_endpoint_options": [{"tls_security_policy": "Policy-Min-TLS-1-2-PFS-2023-10"}]}, {"domain_endpoint_options": [{"tls_security_policy": {}}]})) == 0
}

test_unknown_is_undetermined if {
	testing.undetermined(findings({"domain_endpoint_options": [{}]}, {"domain_endpoint_options": [{"tls_security_policy": {"references": ["var.x"]}}]}), [["domain_endpoint_options", 0, "tls_security_policy"]])
}
