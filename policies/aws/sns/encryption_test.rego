package parapet.aws.sns.encryption_test

import data.parapet.aws.sns.encryption
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := encryption.deny with input as {"resource": {"values": values, "config": config}}
}

test_not_set_fails if {
	findings({}, {"tags": {}}) == {
		{"path": ["kms_master_key_id"], "message": "messages are not encrypted with a KMS key"},
	}
}

test_alias_sns_passes if count(findings({"kms_master_key_id": "alias/sns"}, {"kms_master_key_id": {}})) == 0

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"kms_master_key_id": {"references": ["var.x"]}}), [["kms_master_key_id"]])
}
