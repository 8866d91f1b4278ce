package parapet.aws.s3.public_access_block_test

import data.parapet.aws.s3.public_access_block
import data.parapet.lib.testing
import rego.v1

findings(by_type) := found if {
	found := public_access_block.deny with input as {"plan": {"by_type": by_type}}
}

bucket(name, values) := {
	"address": sprintf("aws_s3_bucket.%s", [name]),
	"type": "aws_s3_bucket",
	"name": name,
	"values": values,
}

block(values, bucket_references) := {
	"address": "aws_s3_bucket_public_access_block.a",
	"type": "aws_s3_bucket_public_access_block",
	"name": "a",
	"values": values,
	"config": {"bucket": {"references": bucket_references}},
}

account(values) := {"address": "aws_s3_account_public_access_block.all", "values": values}

all_on := {
	"block_public_acls": true,
	"block_public_policy": true,
	"ignore_public_acls": true,
	"restrict_public_buckets": true,
}

to_a := ["aws_s3_bucket.a.id", "aws_s3_bucket.a"]

unprotected(name) := {
	"address": sprintf("aws_s3_bucket.%s", [name]),
	"message": "the plan has no public access block for this bucket",
}

test_bucket_without_a_block_fails if findings({"aws_s3_bucket": [bucket("a", {})]}) == {unprotected("a")}

test_block_of_another_bucket_fails if {
	findings({
		"aws_s3_bucket": [bucket("a", {}), bucket("b", {})],
		"aws_s3_bucket_public_access_block": [block(all_on, to_a)],
	}) == {unprotected("b")}
}

test_block_with_a_switch_off_fails if {
	findings({
		"aws_s3_bucket": [bucket("a", {})],
		"aws_s3_bucket_public_access_block": [block(object.union(all_on, {"block_public_policy": false}), to_a)],
	}) == {{
		"address": "aws_s3_bucket_public_access_block.a",
		"path": ["block_public_policy"],
		"message": "block_public_policy is off",
	}}
}

test_account_block_with_defaults_fails_once_per_switch if {
	found := findings({"aws_s3_bucket": [bucket("a", {})], "aws_s3_account_public_access_block": [account({})]})
	{finding.path[0] | some finding in found} == object.keys(all_on)
	{finding.address | some finding in found} == {"aws_s3_account_public_access_block.all"}
}

test_block_by_reference_passes if {
	count(findings({
		"aws_s3_bucket": [bucket("a", {"bucket": "reports"})],
		"aws_s3_bucket_public_access_block": [block(all_on, to_a)],
	})) == 0
}

test_block_by_name_passes if {
	count(findings({
		"aws_s3_bucket": [bucket("a", {"bucket": "reports"})],
		"aws_s3_bucket_public_access_block": [block(object.union(all_on, {"bucket": "reports"}), ["var.bucket"])],
	})) == 0
}

test_account_block_passes if {
	count(findings({
		"aws_s3_bucket": [bucket("a", {}), bucket("b", {})],
		"aws_s3_bucket_public_access_block": [block({"block_public_acls": false}, to_a)],
		"aws_s3_account_public_access_block": [account(all_on)],
	})) == 0
}

test_no_bucket_passes if count(findings({})) == 0

test_unknown_switch_is_undetermined if {
	testing.undetermined(
		findings({
			"aws_s3_bucket": [bucket("a", {})],
			"aws_s3_bucket_public_access_block": [block(object.remove(all_on, ["ignore_public_acls"]), to_a)],
		}),
		[["ignore_public_acls"]],
	)
}

test_block_of_an_unknown_bucket_is_undetermined if {
	found := findings({
		"aws_s3_bucket": [bucket("b", {}), bucket("a", {})],
		"aws_s3_bucket_public_access_block": [block(all_on, ["module.storage.bucket_id", "module.storage"])],
	})
	testing.undetermined(found, [["bucket"], ["id"]])
	{finding.message | some finding in found} == {"the plan does not tell whether it protects one of: aws_s3_bucket.a, aws_s3_bucket.b"}
}
