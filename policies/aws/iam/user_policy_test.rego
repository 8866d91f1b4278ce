package parapet.aws.iam.user_policy_test

import data.parapet.aws.iam.user_policy
import data.parapet.lib.testing
import rego.v1

findings(type, values) := found if {
	found := user_policy.deny with input as {"resource": {"type": type, "values": values}}
}

test_policies_of_users_fail_even_when_all_is_unknown if {
	every type in ["aws_iam_user_policy", "aws_iam_user_policy_attachment"] {
		findings(type, {}) == {{"message": "the policy belongs to a single user"}}
	}
}

test_attachment_to_users_fails if {
	findings("aws_iam_policy_attachment", {"users": ["zoe", "adam"], "roles": ["deploy"]}) == {{
		"path": ["users"],
		"message": "the policy is attached to users: adam, zoe",
	}}
}

test_attachment_to_groups_and_roles_passes if {
	count(findings("aws_iam_policy_attachment", {"groups": ["operators"], "roles": ["deploy"]})) == 0
	count(findings("aws_iam_policy_attachment", {"groups": ["operators"], "users": []})) == 0
}

test_unknown_users_are_undetermined if {
	testing.undetermined(findings("aws_iam_policy_attachment", {"users": ["zoe"]}), [["users", 1]])
}

test_wholly_unknown_users_find_nothing_and_are_left_to_the_engine if {
	count(findings("aws_iam_policy_attachment", {"groups": ["operators"]})) == 0
}
