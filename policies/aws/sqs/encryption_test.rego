package parapet.aws.sqs.encryption_test

import data.parapet.aws.sqs.encryption
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := encryption.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({"sqs_managed_sse_enabled": false}, {"sqs_managed_sse_enabled": {}}) == {
		{"path": ["sqs_managed_sse_enabled"], "message": "messages are not encrypted at rest"},
	}
}

test_key_passes if {
	count(findings({"sqs_managed_sse_enabled": false, "kms_master_key_id": "alias/aws/sqs"}, {"kms_master_key_id": {}})) == 0
}

test_default_passes if count(findings({}, {"name": {}})) == 0

test_unknown_key_is_undetermined if {
	testing.undetermined(findings({"sqs_managed_sse_enabled": false}, {"kms_master_key_id": {}}), [["kms_master_key_id"]])
}

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"sqs_managed_sse_enabled": {}}), [["sqs_managed_sse_enabled"]])
}
