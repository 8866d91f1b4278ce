package parapet.aws.lambda.permission_source_test

import data.parapet.aws.lambda.permission_source
import rego.v1

findings(values, config) := found if {
	found := permission_source.deny with input as {"resource": {"values": values, "config": config}}
}

test_everyone_fails if {
	findings({"principal": "*"}, {"principal": {}}) == {
		{"path": ["source_arn"], "message": "everyone may call the function"},
	}
}

test_service_fails if {
	findings({"principal": "s3.amazonaws.com"}, {"principal": {}}) == {
		{"path": ["source_arn"], "message": "s3.amazonaws.com may call the function on behalf of any account"},
	}
}

test_source_passes if count(findings({"principal": "s3.amazonaws.com", "source_arn": "arn"}, {})) == 0

test_account_passes if {
	count(findings({"principal": "s3.amazonaws.com", "source_account": "111122223333"}, {})) == 0
}

test_organization_passes if count(findings({"principal": "*", "principal_org_id": "o-1"}, {})) == 0

test_source_of_the_same_plan_passes if {
	count(findings({"principal": "s3.amazonaws.com"}, {"source_arn": {"references": ["aws_s3_bucket.a.arn"]}})) == 0
}

test_account_known_later_passes if {
	count(findings({"principal": "s3.amazonaws.com"}, {"source_account": {}})) == 0
}

test_organization_known_later_passes if count(findings({"principal": "*"}, {"principal_org_id": {}})) == 0

test_account_as_principal_passes if count(findings({"principal": "111122223333"}, {"principal": {}})) == 0

test_signed_url_passes if count(findings({"principal": "*", "function_url_auth_type": "AWS_IAM"}, {})) == 0
