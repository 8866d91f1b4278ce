package parapet.aws.cloudtrail.kms_encrypted_test

import data.parapet.aws.cloudtrail.kms_encrypted
import data.parapet.lib.testing
import rego.v1

findings(values) := found if {
	found := kms_encrypted.deny with input as {"resource": {"values": values}}
}

test_no_key_fails if {
	every values in [{"name": "main"}, {"kms_key_id": ""}] {
		findings(values) == {{
			"path": ["kms_key_id"],
			"message": "log files are not encrypted with a KMS key of your own",
		}}
	}
}

test_key_passes if count(findings({"kms_key_id": "arn:aws:kms:eu-west-1:111122223333:key/1"})) == 0

test_unknown_key_is_undetermined if testing.undetermined(findings({}), [["kms_key_id"]])
