package parapet.aws.iam.pass_role_test

import data.parapet.aws.iam.pass_role
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := pass_role.deny with input as {"resource": {"values": values, "config": config}}
}

test_every_role_fails if {
	findings({
		"policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"iam:PassRole\", \"Resource\": \"*\"}]}",
	}, {"policy": {}}) == {
		{"path": ["policy"], "message": "statement 1 lets any role be passed to any service"},
	}
}

test_inline_policy_fails if {
	findings({
		"inline_policy": [
			{
				"policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": [\"s3:GetObject\", \"iam:Pass*\"], \"Resource\": \"*\", \"Sid\": \"Pass\"}]}",
			},
		],
	}, {"inline_policy": [{}]}) == {
		{"path": ["inline_policy", 0, "policy"], "message": "statement \"Pass\" lets any role be passed to any service"},
	}
}

test_named_role_passes if {
	count(findings({
		"policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"iam:PassRole\", \"Resource\": \"arn:aws:iam::111122223333:role/app\"}]}",
	}, {"policy": {}})) == 0
}

test_named_service_passes if {
	count(findings({
		"policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"iam:PassRole\", \"Resource\": \"*\", \"Condition\": {\"StringEquals\": {\"iam:PassedToService\": \"ecs-tasks.amazonaws.com\"}}}]}",
	}, {"policy": {}})) == 0
}

test_full_administration_is_another_rule if {
	count(findings({
		"policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}]}",
	}, {"policy": {}})) == 0
}

test_unknown_inline_policy_is_undetermined if {
	testing.undetermined(findings({"inline_policy": [{"name": "a"}]}, {"inline_policy": [{}]}), [["inline_policy", 0, "policy"]])
}
