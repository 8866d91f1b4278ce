package parapet.aws.kinesis.encrypted_test

import data.parapet.aws.kinesis.encrypted
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := encrypted.deny with input as {"resource": {"values": values, "config": config}}
}

test_none_fails if {
	findings({"encryption_type": "NONE"}, {"encryption_type": {}}) == {
		{"path": ["encryption_type"], "message": "records are not encrypted"},
	}
}

test_not_set_fails if {
	findings({}, {"tags": {}}) == {{"path": ["encryption_type"], "message": "records are not encrypted"}}
}

test_kms_passes if count(findings({"encryption_type": "KMS"}, {"encryption_type": {}})) == 0

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"encryption_type": {"references": ["var.x"]}}), [["encryption_type"]])
}
