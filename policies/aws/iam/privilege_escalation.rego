# METADATA
# title: IAM policies do not let their holders raise their own rights
# description: With any of these actions on every resource, the holder can attach a policy to itself, rewrite one that it has, or make keys for somebody stronger.
# custom:
#   severity: high
#   resources: [aws_iam_policy, aws_iam_role_policy, aws_iam_user_policy, aws_iam_group_policy, aws_iam_role]
#   controls: {soc2: [CC6.1, CC6.3], nist-800-53: [AC-6], pci-dss: ["7.2.2"], iso-27001: [A.5.15, A.8.2]}
#   aliases: [CKV_AWS_286]
#   remediation: Limit the actions to named resources, or require a permissions boundary with a condition on `iam:PermissionsBoundary`.
package parapet.aws.iam.privilege_escalation

import data.parapet.lib.aws_policy
import rego.v1

deny contains {"path": document.path, "message": message} if {
	some document in aws_policy.documents(input.resource.values)
	some i, statement in aws_policy.statements(document.text)
	held := {action | some action in escalating; aws_policy.allows_everywhere(statement, action)}
	count(held) > 0
	not wider(statement)
	message := sprintf("%s gives a way to more rights: %s", [aws_policy.label(statement, i), concat(", ", sort(held))])
}

# An inline policy that is written is in the plan, its text may be unknown. Without one a role has none.
deny contains {"path": ["inline_policy", i, "policy"], "message": "is not known to be limited"} if {
	input.resource.config.inline_policy
	some i, inline in input.resource.values.inline_policy
	not inline.policy
}

# Reported as full administration, or as administration of a service.
wider(statement) if {
	some action in aws_policy.many(statement.Action)
	lower(action) in {"*", "*:*", "iam:*"}
}

escalating := {
	"iam:AddUserToGroup",
	"iam:AttachGroupPolicy",
	"iam:AttachRolePolicy",
	"iam:AttachUserPolicy",
	"iam:CreateAccessKey",
	"iam:CreateLoginProfile",
	"iam:CreatePolicyVersion",
	"iam:PutGroupPolicy",
	"iam:PutRolePolicy",
	"iam:PutUserPolicy",
	"iam:SetDefaultPolicyVersion",
	"iam:UpdateAssumeRolePolicy",
	"iam:UpdateLoginProfile",
}
