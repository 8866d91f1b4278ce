package parapet.aws.s3.cors_test

import data.parapet.aws.s3.cors
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := cors.deny with input as {"resource": {"values": values, "config": config}}
}

test_every_origin_fails if {
	findings({
		"cors_rule": [
			{"allowed_origins": ["https://a.example"], "allowed_methods": ["PUT"]},
			{"allowed_origins": ["*"], "allowed_methods": ["GET", "PUT"]},
		],
	}, {}) == {
		{"path": ["cors_rule", 1, "allowed_origins"], "message": "every website may write to the bucket"},
	}
}

test_reading_passes if {
	count(findings({"cors_rule": [{"allowed_origins": ["*"], "allowed_methods": ["GET", "HEAD"]}]}, {})) == 0
}

test_named_origin_passes if {
	count(findings({"cors_rule": [{"allowed_origins": ["https://a.example"], "allowed_methods": ["DELETE"]}]}, {})) == 0
}

test_none_passes if count(findings({}, {"bucket": {}})) == 0

test_unknown_is_undetermined if testing.undetermined(findings({}, {"cors_rule": [{}]}), [["cors_rule"]])
