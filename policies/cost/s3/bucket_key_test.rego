package parapet.cost.s3.bucket_key_test

import data.parapet.cost.s3.bucket_key
import rego.v1

findings(values, config) := found if {
	found := bucket_key.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({
		"rule": [
			{
				"bucket_key_enabled": false,
				"apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms"}],
			},
		],
	}, {}) == {
		{"path": ["rule", 0, "bucket_key_enabled"], "message": "every request for an object is one to KMS"},
	}
}

test_on_passes if {
	count(findings({
		"rule": [
			{
				"bucket_key_enabled": true,
				"apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms"}],
			},
		],
	}, {})) == 0
}

test_key_of_s3_passes if {
	count(findings({"rule": [{"apply_server_side_encryption_by_default": [{"sse_algorithm": "AES256"}]}]}, {})) == 0
}
