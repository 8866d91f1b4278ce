package parapet.resilience.backup.copies_test

import data.parapet.resilience.backup.copies
import rego.v1

findings(values, config) := found if {
	found := copies.deny with input as {"resource": {"values": values, "config": config}}
}

test_none_fails if {
	findings({"rule": [{"copy_action": []}, {}]}, {}) == {
		{"path": ["rule"], "message": "no rule copies backups to another vault"},
	}
}

test_one_copy_passes if {
	count(findings({"rule": [{}, {"copy_action": [{"destination_vault_arn": "arn"}]}]}, {})) == 0
}
