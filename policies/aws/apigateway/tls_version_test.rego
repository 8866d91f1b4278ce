package parapet.aws.apigateway.tls_version_test

import data.parapet.aws.apigateway.tls_version
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := tls_version.deny with input as {"resource": {"values": values, "config": config}}
}

test_tls_1_0_fails if {
	findings({"security_policy": "TLS_1_0"}, {"security_policy": {}}) == {
		{"path": ["security_policy"], "message": "TLS 1.0 is admitted"},
	}
}

test_tls_1_2_passes if count(findings({"security_policy": "TLS_1_2"}, {"security_policy": {}})) == 0

test_not_set_passes if count(findings({}, {"tags": {}})) == 0

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"security_policy": {"references": ["var.x"]}}), [["security_policy"]])
}
