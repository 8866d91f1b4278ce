# METADATA
# title: IAM users get permissions through groups only
# description: Permissions attached to single users are forgotten when people change jobs. Groups keep what a role needs in one place.
# custom:
#   severity: low
#   resources: [aws_iam_user_policy, aws_iam_user_policy_attachment, aws_iam_policy_attachment]
#   controls: {soc2: [CC6.3], cis-aws: ["1.15"], nist-800-53: [AC-2, AC-6]}
#   aliases: [CKV_AWS_40, AVD-AWS-0143]
#   remediation: Attach the policy to a group or a role, and add the user to the group with `aws_iam_user_group_membership`.
package parapet.aws.iam.user_policy

import rego.v1

# The resource itself is the fault, whatever its values turn out to be.
deny contains {"message": "the policy belongs to a single user"} if {
	input.resource.type in {"aws_iam_user_policy", "aws_iam_user_policy_attachment"}
}

deny contains {"path": ["users"], "message": sprintf("the policy is attached to users: %s", [concat(", ", sort(users))])} if {
	users := input.resource.values.users
	count(users) > 0
}
