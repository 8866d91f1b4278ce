package parapet.aws.iam.cloudshell_test

import data.parapet.aws.iam.cloudshell
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := cloudshell.deny with input as {"resource": {"values": values, "config": config}}
}

test_attachment_fails if {
	findings({"policy_arn": "arn:aws:iam::aws:policy/AWSCloudShellFullAccess"}, {}) == {
		{"path": ["policy_arn"], "message": "AWSCloudShellFullAccess is attached, which lets data be carried out"},
	}
}

test_role_fails if {
	findings({
		"managed_policy_arns": [
			"arn:aws:iam::aws:policy/ReadOnlyAccess",
			"arn:aws-cn:iam::aws:policy/AWSCloudShellFullAccess",
		],
	}, {"managed_policy_arns": {}}) == {
		{"path": ["managed_policy_arns", 1], "message": "AWSCloudShellFullAccess is attached, which lets data be carried out"},
	}
}

test_another_policy_passes if {
	count(findings({"policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}, {})) == 0
}

test_policy_of_that_name_of_your_own_passes if {
	count(findings({"policy_arn": "arn:aws:iam::111122223333:policy/AWSCloudShellFullAccess"}, {})) == 0
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
