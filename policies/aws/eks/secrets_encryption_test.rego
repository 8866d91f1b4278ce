package parapet.aws.eks.secrets_encryption_test

import data.parapet.aws.eks.secrets_encryption
import data.parapet.lib.testing
import rego.v1

findings(values) := found if {
	found := secrets_encryption.deny with input as {"resource": {"values": values}}
}

uncovered := {{"path": ["encryption_config"], "message": "secrets are not encrypted with a KMS key of your own"}}

test_no_encryption_fails if {
	findings({"name": "main"}) == uncovered
	findings({"encryption_config": []}) == uncovered
}

test_secrets_with_a_key_pass if {
	count(findings({"encryption_config": [{"resources": ["secrets"], "provider": [{"key_arn": "arn:aws:kms:eu-west-1:111122223333:key/1"}]}]})) == 0
}

test_secrets_with_a_key_not_made_yet_pass if {
	count(findings({"encryption_config": [{"resources": ["secrets"], "provider": [{}]}]})) == 0
}

test_unknown_encryption_is_undetermined if {
	testing.undetermined(findings({}), [["encryption_config"]])
	testing.undetermined(findings({"encryption_config": [{}]}), [["encryption_config", 0, "resources"]])
}
