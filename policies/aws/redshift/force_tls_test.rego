package parapet.aws.redshift.force_tls_test

import data.parapet.aws.redshift.force_tls
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := force_tls.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({"parameter": [{"name": "require_ssl", "value": "false"}]}, {}) == {
		{"path": ["parameter", 0, "value"], "message": "clients may connect without TLS"},
	}
}

test_on_passes if {
	count(findings({"parameter": [{"name": "require_ssl", "value": "true"}, {"name": "max", "value": "false"}]}, {})) == 0
}

test_not_set_passes if count(findings({"parameter": []}, {})) == 0

test_unknown_is_undetermined if {
	testing.undetermined(findings({"parameter": [{"name": "require_ssl"}]}, {}), [["parameter", 0, "value"]])
}
