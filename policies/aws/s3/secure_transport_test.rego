package parapet.aws.s3.secure_transport_test

import data.parapet.aws.s3.secure_transport
import data.parapet.lib.testing
import rego.v1

findings(by_type) := found if {
	found := secure_transport.deny with input as {"plan": {"by_type": by_type}}
}

bucket(name, values, config) := {
	"address": sprintf("aws_s3_bucket.%s", [name]),
	"type": "aws_s3_bucket",
	"name": name,
	"values": values,
	"config": config,
}

policy(statement) := {
	"address": "aws_s3_bucket_policy.a",
	"values": {"policy": json.marshal({"Statement": statement})},
	"config": {"bucket": {"references": ["aws_s3_bucket.a.id", "aws_s3_bucket.a"]}},
}

refuse := {
	"Effect": "Deny",
	"Principal": "*",
	"Action": "s3:*",
	"Resource": ["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"],
	"Condition": {"Bool": {"aws:SecureTransport": "false"}},
}

read := {
	"Effect": "Allow",
	"Principal": {"AWS": "arn:aws:iam::111122223333:root"},
	"Action": "s3:GetObject",
	"Resource": "arn:aws:s3:::reports/*",
}

with_policy(statement) := {
	"aws_s3_bucket": [bucket("a", {"bucket": "reports"}, {})],
	"aws_s3_bucket_policy": [policy(statement)],
}

weak := {{
	"address": "aws_s3_bucket_policy.a",
	"path": ["policy"],
	"message": "does not deny requests without TLS",
}}

test_bucket_without_policy_fails if {
	findings({"aws_s3_bucket": [bucket("a", {}, {})]}) == {{
		"address": "aws_s3_bucket.a",
		"message": "no bucket policy denies requests without TLS",
	}}
}

test_policy_without_the_denial_fails if findings(with_policy([read])) == weak

test_denial_for_one_principal_fails if {
	findings(with_policy([object.union(refuse, {"Principal": {"AWS": "arn:aws:iam::111122223333:root"}})])) == weak
}

test_denial_of_one_action_fails if findings(with_policy([object.union(refuse, {"Action": "s3:PutObject"})])) == weak

test_condition_the_wrong_way_round_fails if {
	findings(with_policy([object.union(refuse, {"Condition": {"Bool": {"aws:SecureTransport": "true"}}})])) == weak
}

test_inline_policy_without_the_denial_fails if {
	values := {"policy": json.marshal({"Statement": [read]})}
	findings({"aws_s3_bucket": [bucket("a", values, {"policy": {}})]}) == {{
		"address": "aws_s3_bucket.a",
		"path": ["policy"],
		"message": "does not deny requests without TLS",
	}}
}

test_denial_passes if count(findings(with_policy([read, refuse]))) == 0

test_denial_as_a_single_statement_passes if count(findings(with_policy(refuse))) == 0

test_denial_written_in_other_ways_passes if {
	every variant in [
		{"Principal": {"AWS": ["*"]}},
		{"Action": ["s3:*"]},
		{"Action": "*"},
		{"Condition": {"Bool": {"aws:securetransport": ["false"]}}},
		{"Condition": {"Bool": {"aws:SecureTransport": false}}},
	] {
		count(findings(with_policy([object.union(object.remove(refuse, object.keys(variant)), variant)]))) == 0
	}
}

test_inline_denial_passes if {
	values := {"policy": json.marshal({"Statement": [refuse]})}
	count(findings({"aws_s3_bucket": [bucket("a", values, {"policy": {}})]})) == 0
}

test_unknown_policy_is_undetermined if {
	found := findings({
		"aws_s3_bucket": [bucket("a", {}, {})],
		"aws_s3_bucket_policy": [object.union(policy([]), {"values": {"policy": false}})],
	})
	testing.undetermined(found, [["policy"], ["id"]])
}

test_unknown_inline_policy_is_undetermined if {
	testing.undetermined(findings({"aws_s3_bucket": [bucket("a", {}, {"policy": {"references": ["var.policy"]}})]}), [["policy"]])
}

test_policy_of_an_unknown_bucket_is_undetermined if {
	elsewhere := object.union(policy([refuse]), {"config": {"bucket": {"references": ["var.bucket"]}}})
	testing.undetermined(findings({"aws_s3_bucket": [bucket("b", {}, {})], "aws_s3_bucket_policy": [elsewhere]}), [["bucket"]])
}
