package parapet.aws.iam.wildcard_admin_test

import data.parapet.aws.iam.wildcard_admin
import data.parapet.lib.testing
import rego.v1

findings(values) := found if {
	found := wildcard_admin.deny with input as {"resource": {"values": values}}
}

policy(statement) := {"policy": json.marshal({"Version": "2012-10-17", "Statement": statement})}

admin := {"Effect": "Allow", "Action": "*", "Resource": "*"}

every_action := {{"path": ["policy"], "message": "statement 1 allows every action on every resource"}}

test_admin_fails if findings(policy([admin])) == every_action

test_single_statement_fails if findings(policy(admin)) == every_action

test_wildcards_written_in_other_ways_fail if {
	every variant in [{"Action": ["s3:GetObject", "*"]}, {"Action": "*:*"}, {"Resource": ["*"]}] {
		findings(policy([object.union(admin, variant)])) == every_action
	}
}

test_statement_is_named_by_its_sid if {
	findings(policy([{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}, object.union(admin, {"Sid": "Root"})])) == {{
		"path": ["policy"],
		"message": `statement "Root" allows every action on every resource`,
	}}
}

test_not_action_fails if {
	findings(policy([{"Effect": "Allow", "NotAction": ["iam:*", "organizations:*"], "Resource": "*"}])) == {{
		"path": ["policy"],
		"message": "statement 1 allows everything except iam:*, organizations:* on every resource",
	}}
}

test_inline_policy_of_a_role_fails if {
	findings({"inline_policy": [policy([]), object.union(policy([admin]), {"name": "admin"})]}) == {{
		"path": ["inline_policy", 1, "policy"],
		"message": "statement 1 allows every action on every resource",
	}}
}

test_denial_passes if {
	count(findings(policy([{"Effect": "Deny", "Action": "*", "Resource": "*"}]))) == 0
	count(findings(policy([{"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"}]))) == 0
}

test_one_service_passes if count(findings(policy([{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]))) == 0

test_limited_resource_passes if {
	bucket := "arn:aws:s3:::reports/*"
	count(findings(policy([{"Effect": "Allow", "Action": "*", "Resource": bucket}]))) == 0
	count(findings(policy([{"Effect": "Allow", "NotAction": "s3:DeleteObject", "Resource": bucket}]))) == 0
}

test_text_that_is_not_a_policy_finds_nothing if count(findings({"policy": "{}"})) == 0

test_empty_inline_policy_passes if count(findings({"inline_policy": [{"name": "", "policy": ""}]})) == 0

test_unknown_policy_finds_nothing_and_is_left_to_the_engine if count(findings({"name": "deploy"})) == 0

test_unknown_inline_policy_is_undetermined if {
	found := wildcard_admin.deny with input as {"resource": {
		"values": {"inline_policy": [{"name": "deploy"}]},
		"config": {"inline_policy": [{"policy": {"references": ["aws_s3_bucket.site.arn", "aws_s3_bucket.site"]}}]},
	}}
	testing.undetermined(found, [["inline_policy", 0, "policy"]])
}

test_policy_that_turns_out_unknown_is_undetermined if testing.undetermined(findings(policy([admin])), [["policy"]])
