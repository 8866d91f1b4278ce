package parapet.cost.s3.lifecycle_test

import data.parapet.cost.s3.lifecycle
import data.parapet.lib.testing
import rego.v1

whole(values, config) := {
	"address": "aws_s3_bucket.a", "type": "aws_s3_bucket", "name": "a",
	"values": values, "config": config,
}

part(values, config) := {"address": "aws_s3_bucket_lifecycle_configuration.b", "type": "aws_s3_bucket_lifecycle_configuration", "values": values, "config": config}

found(wholes, parts) := findings if {
	findings := lifecycle.deny with input as {"plan": {"by_type": {"aws_s3_bucket": wholes, "aws_s3_bucket_lifecycle_configuration": parts}}}
}

test_none_fails if {
	found([whole({"bucket": "a"}, {"bucket": {}})], []) == {{"address": "aws_s3_bucket.a", "message": "objects are kept, and paid for, for ever"}}
}

test_named_by_value_passes if count(found([whole({"bucket": "a"}, {})], [part({"bucket": "a"}, {})])) == 0

test_named_by_reference_passes if {
	count(found([whole({}, {})], [part({}, {"bucket": {"references": ["aws_s3_bucket.a.id", "aws_s3_bucket.a"]}})])) == 0
}

test_of_unknown_use_is_undetermined if {
	parts := [part({}, {"bucket": {"references": ["var.name"]}})]
	testing.undetermined(found([whole({"bucket": "a"}, {})], parts), [["bucket"]])
}

test_written_in_the_bucket_passes if {
	count(found([whole({}, {"lifecycle_rule": [{}]})], [])) == 0
	count(found([whole({"lifecycle_rule": [{"enabled": true}]}, {})], [])) == 0
}
