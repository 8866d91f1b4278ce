package parapet.aws.lambda.public_url_test

import data.parapet.aws.lambda.public_url
import rego.v1

findings(values, config) := found if {
	found := public_url.deny with input as {"resource": {"values": values, "config": config}}
}

test_none_fails if {
	findings({"authorization_type": "NONE"}, {"authorization_type": {}}) == {
		{"path": ["authorization_type"], "message": "everyone may call the function"},
	}
}

test_aws_iam_passes if count(findings({"authorization_type": "AWS_IAM"}, {"authorization_type": {}})) == 0

test_not_set_passes if count(findings({}, {"tags": {}})) == 0
