package parapet.lib.aws_policy_test

import data.parapet.lib.aws_policy
import rego.v1

test_statements_in_a_list if aws_policy.statements(`{"Statement": [{"Sid": "a"}, {"Sid": "b"}]}`) == [{"Sid": "a"}, {"Sid": "b"}]

test_one_bare_statement if aws_policy.statements(`{"Statement": {"Sid": "a"}}`) == [{"Sid": "a"}]

test_text_that_is_not_a_policy if {
	not aws_policy.statements("")
	not aws_policy.statements("not json")
	not aws_policy.statements("[]")
	not aws_policy.statements(`{"Version": "2012-10-17"}`)
}

test_label_by_sid if aws_policy.label({"Sid": "Admin"}, 3) == `statement "Admin"`

test_label_by_position if {
	aws_policy.label({}, 0) == "statement 1"
	aws_policy.label({"Sid": ""}, 1) == "statement 2"
}

test_everyone if {
	aws_policy.everyone("*")
	aws_policy.everyone({"AWS": "*"})
	aws_policy.everyone({"AWS": ["arn:aws:iam::111122223333:root", "*"]})
}

test_not_everyone if {
	not aws_policy.everyone({"AWS": "arn:aws:iam::111122223333:root"})
	not aws_policy.everyone({"Service": "ec2.amazonaws.com"})
	not aws_policy.everyone({"Service": "*"})
}

allow(condition) := {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*", "Condition": condition}

test_public_without_condition if aws_policy.public({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:*"})

test_public_with_a_condition_anyone_meets if {
	aws_policy.public(allow({"Bool": {"aws:SecureTransport": "true"}}))
	aws_policy.public(allow({"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}))
	aws_policy.public(allow({"Null": {"aws:PrincipalOrgID": "true"}}))
}

test_not_public_with_a_narrowing_condition if {
	not aws_policy.public(allow({"StringEquals": {"kms:CallerAccount": "111122223333"}}))
	not aws_policy.public(allow({"StringEquals": {"aws:PrincipalOrgID": "o-1"}, "Bool": {"aws:SecureTransport": "true"}}))
	not aws_policy.public(allow({"ArnLike": {"aws:SourceArn": "arn:aws:cloudtrail:*:111122223333:trail/*"}}))
}

test_public_with_a_condition_that_holds_for_everybody if {
	every condition in [
		{"StringLike": {"aws:PrincipalOrgID": "*"}},
		{"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "0.0.0.0/0"]}},
		{"IpAddress": {"aws:SourceIp": "::/0"}},
		{"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:*"}},
		{"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}},
		{"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": ["o-1/r-1/*"]}},
	] {
		aws_policy.public(allow(condition))
	}
}

test_public_except_for_a_few if {
	aws_policy.public({"Effect": "Allow", "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "sqs:*"})
	not aws_policy.public({"Effect": "Deny", "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "sqs:*"})
}

test_not_public_within_known_bounds if {
	every condition in [
		{"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.0.2.0/24"]}},
		{"ArnLike": {"aws:SourceArn": "arn:aws:s3:::example-uploads"}},
		{"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": ["o-1/r-1/*"]}},
		{"StringEquals": {"aws:SourceVpce": "vpce-0"}},
		{"StringEquals": {"AWS:SourceAccount": ["111122223333"]}},
	] {
		not aws_policy.public(allow(condition))
	}
}

test_a_denial_is_not_public if not aws_policy.public({"Effect": "Deny", "Principal": "*", "Action": "*"})

test_documents_of_a_policy_and_of_a_role if {
	aws_policy.documents({"policy": "p"}) == {{"path": ["policy"], "text": "p"}}
	aws_policy.documents({"inline_policy": [{"policy": "q"}]}) == {{"path": ["inline_policy", 0, "policy"], "text": "q"}}
}

test_allows_everywhere if {
	every action in ["iam:PassRole", "IAM:passrole", "iam:Pass*", "iam:*", "*"] {
		aws_policy.allows_everywhere({"Effect": "Allow", "Action": ["s3:Get*", action], "Resource": "*"}, "iam:PassRole")
	}
}

test_does_not_allow_everywhere if {
	every statement in [
		{"Effect": "Deny", "Action": "*", "Resource": "*"},
		{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/app"},
		{"Effect": "Allow", "Action": "iam:Get*", "Resource": "*"},
		{"Effect": "Allow", "Action": "iam:*", "Resource": "*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}},
	] {
		not aws_policy.allows_everywhere(statement, "iam:PassRole")
	}
}
