package parapet.aws.s3.versioning_test

import data.parapet.aws.s3.versioning
import data.parapet.lib.testing
import rego.v1

findings(by_type) := found if {
	found := versioning.deny with input as {"plan": {"by_type": by_type}}
}

bucket(values, config) := {
	"address": "aws_s3_bucket.a",
	"type": "aws_s3_bucket",
	"name": "a",
	"values": values,
	"config": config,
}

part(configuration) := {
	"address": "aws_s3_bucket_versioning.a",
	"values": {"versioning_configuration": [configuration]},
	"config": {"bucket": {"references": ["aws_s3_bucket.a.id", "aws_s3_bucket.a"]}},
}

test_bucket_without_versioning_fails if {
	findings({"aws_s3_bucket": [bucket({}, {})]}) == {{
		"address": "aws_s3_bucket.a",
		"message": "versioning is not enabled",
	}}
}

test_suspended_versioning_fails if {
	findings({"aws_s3_bucket": [bucket({}, {})], "aws_s3_bucket_versioning": [part({"status": "Suspended"})]}) == {{
		"address": "aws_s3_bucket_versioning.a",
		"path": ["versioning_configuration", 0, "status"],
		"message": "versioning is suspended",
	}}
}

test_inline_versioning_off_fails if {
	findings({"aws_s3_bucket": [bucket({"versioning": [{"enabled": false}]}, {"versioning": [{"enabled": {}}]})]}) == {{
		"address": "aws_s3_bucket.a",
		"path": ["versioning", 0, "enabled"],
		"message": "versioning is not enabled",
	}}
}

test_enabled_versioning_passes if {
	count(findings({"aws_s3_bucket": [bucket({}, {})], "aws_s3_bucket_versioning": [part({"status": "Enabled"})]})) == 0
}

test_versioning_by_bucket_name_passes if {
	named := {"address": "aws_s3_bucket_versioning.b", "values": {
		"bucket": "reports",
		"versioning_configuration": [{"status": "Enabled"}],
	}}
	count(findings({"aws_s3_bucket": [bucket({"bucket": "reports"}, {})], "aws_s3_bucket_versioning": [named]})) == 0
}

test_inline_versioning_passes if {
	count(findings({"aws_s3_bucket": [bucket({"versioning": [{"enabled": true}]}, {"versioning": [{}]})]})) == 0
}

test_unknown_status_is_undetermined if {
	found := findings({"aws_s3_bucket": [bucket({}, {})], "aws_s3_bucket_versioning": [part({})]})
	testing.undetermined(found, [["versioning_configuration", 0, "status"]])
}

test_unknown_inline_versioning_is_undetermined if {
	found := findings({"aws_s3_bucket": [bucket({}, {"versioning": [{"enabled": {"references": ["var.keep"]}}]})]})
	testing.undetermined(found, [["versioning"]])
}

test_versioning_of_an_unknown_bucket_is_undetermined if {
	elsewhere := object.union(part({"status": "Enabled"}), {"config": {"bucket": {"references": ["var.bucket"]}}})
	found := findings({"aws_s3_bucket": [bucket({}, {})], "aws_s3_bucket_versioning": [elsewhere]})
	testing.undetermined(found, [["bucket"]])
}
