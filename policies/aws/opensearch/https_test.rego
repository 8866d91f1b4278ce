package parapet.aws.opensearch.https_test

import data.parapet.aws.opensearch.https
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := https.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({"domain_endpoint_options": [{"enforce_https": false}]}, {"domain_endpoint_options": [{"enforce_https": {}}]}) == {
		{"path": ["domain_endpoint_options", 0, "enforce_https"], "message": "requests over plain HTTP are answered"},
	}
}

test_no_options_fail if {
	findings({}, {"domain_name": {}}) == {{"message": "requests over plain HTTP are answered"}}
}

test_on_passes if {
	count(findings({"domain_endpoint_options": [{"enforce_https": true}]}, {"domain_endpoint_options": [{"enforce_https": {}}]})) == 0
}

test_options_without_it_pass if {
	count(findings({"domain_endpoint_options": [{"tls_security_policy": "p"}]}, {"domain_endpoint_options": [{"tls_security_policy": {}}]})) == 0
}

test_unknown_is_undetermined if {
	testing.undetermined(findings({"domain_endpoint_options": [{}]}, {"domain_endpoint_options": [{"enforce_https": {}}]}), [["domain_endpoint_options", 0, "enforce_https"]])
}
