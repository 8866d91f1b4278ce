package parapet.aws.s3.access_logging_test

import data.parapet.aws.s3.access_logging
import data.parapet.lib.testing
import rego.v1

findings(by_type) := found if {
	found := access_logging.deny with input as {"plan": {"by_type": by_type}}
}

bucket(name, values, config) := {
	"address": sprintf("aws_s3_bucket.%s", [name]),
	"type": "aws_s3_bucket",
	"name": name,
	"values": values,
	"config": config,
}

reference(name) := {"references": [sprintf("aws_s3_bucket.%s.id", [name]), sprintf("aws_s3_bucket.%s", [name])]}

part(source, target) := {
	"address": "aws_s3_bucket_logging.a",
	"values": {},
	"config": {"bucket": source, "target_bucket": target},
}

unlogged(name) := {"address": sprintf("aws_s3_bucket.%s", [name]), "message": "access is not logged"}

test_bucket_without_logging_fails if findings({"aws_s3_bucket": [bucket("a", {}, {})]}) == {unlogged("a")}

test_logging_of_another_bucket_fails if {
	findings({
		"aws_s3_bucket": [bucket("a", {}, {}), bucket("b", {}, {}), bucket("logs", {}, {})],
		"aws_s3_bucket_logging": [part(reference("a"), reference("logs"))],
	}) == {unlogged("b")}
}

test_empty_inline_logging_fails if findings({"aws_s3_bucket": [bucket("a", {"logging": []}, {})]}) == {unlogged("a")}

test_logging_and_its_target_pass if {
	count(findings({
		"aws_s3_bucket": [bucket("a", {}, {}), bucket("logs", {}, {})],
		"aws_s3_bucket_logging": [part(reference("a"), reference("logs"))],
	})) == 0
}

test_logging_by_bucket_name_passes if {
	named := {"address": "aws_s3_bucket_logging.a", "values": {"bucket": "reports", "target_bucket": "logs"}}
	count(findings({
		"aws_s3_bucket": [bucket("a", {"bucket": "reports"}, {}), bucket("b", {"bucket": "logs"}, {})],
		"aws_s3_bucket_logging": [named],
	})) == 0
}

test_inline_logging_and_its_target_pass if {
	by_name := bucket("a", {"logging": [{"target_bucket": "logs"}]}, {})
	by_reference := bucket("b", {"logging": [{}]}, {"logging": [{"target_bucket": reference("trail")}]})
	count(findings({"aws_s3_bucket": [
		by_name, by_reference,
		bucket("logs", {"bucket": "logs"}, {}),
		bucket("trail", {}, {}),
	]})) == 0
}

test_log_delivery_bucket_passes if {
	acl := {
		"address": "aws_s3_bucket_acl.logs",
		"values": {"acl": "log-delivery-write"},
		"config": {"bucket": reference("logs")},
	}
	count(findings({"aws_s3_bucket": [bucket("logs", {}, {})], "aws_s3_bucket_acl": [acl]})) == 0
	count(findings({"aws_s3_bucket": [bucket("logs", {"acl": "log-delivery-write"}, {})]})) == 0
}

test_logging_of_an_unknown_bucket_is_undetermined if {
	found := findings({
		"aws_s3_bucket": [bucket("a", {}, {})],
		"aws_s3_bucket_logging": [part({"references": ["var.bucket"]}, reference("logs"))],
	})
	testing.undetermined(found, [["bucket"]])
}

test_unknown_acl_is_undetermined if {
	testing.undetermined(findings({"aws_s3_bucket": [bucket("a", {}, {"acl": {"references": ["var.acl"]}})]}), [["acl"]])
}
