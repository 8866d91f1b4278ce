package parapet.aws.kms.public_policy_test

import data.parapet.aws.kms.public_policy
import data.parapet.lib.testing
import rego.v1

findings(statements) := found if {
	values := {"policy": json.marshal({"Version": "2012-10-17", "Statement": statements})}
	found := public_policy.deny with input as {"resource": {"values": values}}
}

account := {"Sid": "Account", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"}

everyone := {"Sid": "Open", "Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}

open := {{"path": ["policy"], "message": `statement "Open" lets every AWS account use the key`}}

test_every_principal_fails if {
	findings([account, everyone]) == open
	findings(everyone) == open
	findings([object.union(everyone, {"Principal": {"AWS": ["*"]}})]) == open
}

test_condition_that_anyone_meets_fails if {
	findings([object.union(everyone, {"Condition": {"Bool": {"aws:SecureTransport": "true"}}})]) == open
}

test_named_account_passes if count(findings([account])) == 0

test_service_passes if {
	count(findings([{"Effect": "Allow", "Principal": {"Service": "logs.eu-west-1.amazonaws.com"}, "Action": "kms:Encrypt", "Resource": "*"}])) == 0
}

test_condition_on_the_caller_passes if {
	condition := {"StringEquals": {"kms:CallerAccount": "111122223333", "kms:ViaService": "s3.eu-west-1.amazonaws.com"}}
	count(findings([object.union(everyone, {"Condition": condition})])) == 0
}

test_denial_passes if count(findings([object.union(everyone, {"Effect": "Deny"})])) == 0

test_default_policy_passes if {
	found := public_policy.deny with input as {"resource": {"values": {}, "config": {"description": {}}}}
	count(found) == 0
}

test_unknown_policy_is_undetermined if {
	found := public_policy.deny with input as {"resource": {
		"values": {},
		"config": {"policy": {"references": ["data.aws_iam_policy_document.key.json", "data.aws_iam_policy_document.key"]}},
	}}
	testing.undetermined(found, [["policy"]])
}

test_policy_that_turns_out_unknown_is_undetermined if testing.undetermined(findings([everyone]), [["policy"]])
