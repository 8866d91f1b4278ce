package parapet.aws.iam.admin_attachment_test

import data.parapet.aws.iam.admin_attachment
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := admin_attachment.deny with input as {"resource": {"values": values, "config": config}}
}

test_attachment_fails if {
	findings({"policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess"}, {}) == {
		{"path": ["policy_arn"], "message": "AdministratorAccess is attached, which grants full administration"},
	}
}

test_role_fails if {
	findings({
		"managed_policy_arns": [
			"arn:aws:iam::aws:policy/ReadOnlyAccess",
			"arn:aws-cn:iam::aws:policy/AdministratorAccess",
		],
	}, {"managed_policy_arns": {}}) == {
		{"path": ["managed_policy_arns", 1], "message": "AdministratorAccess is attached, which grants full administration"},
	}
}

test_another_policy_passes if {
	count(findings({"policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}, {})) == 0
}

test_policy_of_that_name_of_your_own_passes if {
	count(findings({"policy_arn": "arn:aws:iam::111122223333:policy/AdministratorAccess"}, {})) == 0
}

test_policy_of_the_same_plan_passes if {
	count(findings({}, {"policy_arn": {"references": ["aws_iam_policy.a.arn", "aws_iam_policy.a"]}})) == 0
}

test_unknown_policy_is_undetermined if {
	testing.undetermined(findings({}, {"policy_arn": {"references": ["var.policy"]}}), [["policy_arn"]])
}

test_role_without_policies_passes if count(findings({}, {"name": {}})) == 0

test_unknown_policies_are_undetermined if {
	testing.undetermined(findings({}, {"managed_policy_arns": {}}), [["managed_policy_arns"]])
}
