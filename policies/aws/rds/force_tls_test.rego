package parapet.aws.rds.force_tls_test

import data.parapet.aws.rds.force_tls
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := force_tls.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({
		"parameter": [
			{"name": "rds.force_ssl", "value": "0"},
			{"name": "require_secure_transport", "value": "off"},
		],
	}, {}) == {
		{"path": ["parameter", 0, "value"], "message": "rds.force_ssl lets clients connect without TLS"},
		{"path": ["parameter", 1, "value"], "message": "require_secure_transport lets clients connect without TLS"},
	}
}

test_on_passes if {
	count(findings({
		"parameter": [
			{"name": "rds.force_ssl", "value": "1"},
			{"name": "log_statement", "value": "0"},
		],
	}, {})) == 0
}

test_left_to_the_engine_passes if count(findings({"parameter": []}, {})) == 0

test_unknown_is_undetermined if {
	testing.undetermined(findings({"parameter": [{"name": "rds.force_ssl"}]}, {}), [["parameter", 0, "value"]])
}
