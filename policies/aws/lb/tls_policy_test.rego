package parapet.aws.lb.tls_policy_test

import data.parapet.aws.lb.tls_policy
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := tls_policy.deny with input as {"resource": {"values": values, "config": config}}
}

test_default_fails if {
	findings({"protocol": "HTTPS"}, {"protocol": {}}) == {{"message": "TLS older than 1.2 is admitted"}}
}

test_old_fails if {
	findings({"protocol": "TLS", "ssl_policy": "ELBSecurityPolicy-TLS13-1-0-2021-06"}, {"ssl_policy": {}}) == {
		{"path": ["ssl_policy"], "message": "TLS older than 1.2 is admitted"},
	}
}

test_modern_passes if {
	count(findings({"protocol": "HTTPS", "ssl_policy": "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"}, {"ssl_policy": {}})) == 0
}

test_older_name_passes if {
	count(findings({"protocol": "HTTPS", "ssl_policy": "ELBSecurityPolicy-FS-1-2-Res-2020-10"}, {"ssl_policy": {}})) == 0
}

test_no_tls_passes if count(findings({"protocol": "TCP"}, {"protocol": {}})) == 0

test_unknown_is_undetermined if {
	testing.undetermined(findings({"protocol": "HTTPS"}, {"ssl_policy": {}}), [["ssl_policy"]])
}
