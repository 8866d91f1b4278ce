package parapet.aws.iam.document_admin_test

import data.parapet.aws.iam.document_admin
import rego.v1

findings(values, config) := found if {
	found := document_admin.deny with input as {"resource": {"values": values, "config": config}}
}

test_every_action_fails if {
	findings({
		"statement": [
			{"effect": "Allow", "actions": ["*"], "resources": ["*"]},
			{"actions": ["*"], "resources": ["*"], "principals": []},
		],
	}, {}) == {
		{"path": ["statement", 0, "actions"], "message": "every action is allowed on every resource"},
		{"path": ["statement", 1, "actions"], "message": "every action is allowed on every resource"},
	}
}

test_denial_passes if {
	count(findings({"statement": [{"effect": "Deny", "actions": ["*"], "resources": ["*"]}]}, {})) == 0
}

test_named_actions_pass if {
	count(findings({"statement": [{"actions": ["s3:*"], "resources": ["*"]}]}, {})) == 0
}

test_condition_passes if {
	count(findings({"statement": [{"actions": ["*"], "resources": ["*"], "condition": [{"test": "Bool"}]}]}, {})) == 0
}

test_policy_of_a_resource_passes if {
	count(findings({
		"statement": [
			{
				"actions": ["*"],
				"resources": ["*"],
				"principals": [{"type": "AWS", "identifiers": ["arn"]}],
			},
		],
	}, {})) == 0
}
