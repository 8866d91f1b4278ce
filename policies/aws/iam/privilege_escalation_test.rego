package parapet.aws.iam.privilege_escalation_test

import data.parapet.aws.iam.privilege_escalation
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := privilege_escalation.deny with input as {"resource": {"values": values, "config": config}}
}

test_named_actions_fail if {
	findings({
		"policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": [\"iam:PutRolePolicy\", \"iam:AttachUser*\"], \"Resource\": \"*\"}]}",
	}, {"policy": {}}) == {
		{"path": ["policy"], "message": "statement 1 gives a way to more rights: iam:AttachUserPolicy, iam:PutRolePolicy"},
	}
}

test_named_resource_passes if {
	count(findings({
		"policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"iam:PutRolePolicy\", \"Resource\": \"arn:aws:iam::111122223333:role/app/*\"}]}",
	}, {"policy": {}})) == 0
}

test_boundary_passes if {
	count(findings({
		"policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"iam:PutRolePolicy\", \"Resource\": \"*\", \"Condition\": {\"StringEquals\": {\"iam:PermissionsBoundary\": \"arn\"}}}]}",
	}, {"policy": {}})) == 0
}

test_reading_passes if {
	count(findings({
		"policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": [\"iam:Get*\", \"iam:List*\"], \"Resource\": \"*\"}]}",
	}, {"policy": {}})) == 0
}

test_wider_grants_are_other_rules if {
	count(findings({
		"policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}, {\"Effect\": \"Allow\", \"Action\": \"iam:*\", \"Resource\": \"*\"}]}",
	}, {"policy": {}})) == 0
}

test_unknown_inline_policy_is_undetermined if {
	testing.undetermined(findings({"inline_policy": [{"name": "a"}]}, {"inline_policy": [{}]}), [["inline_policy", 0, "policy"]])
}
