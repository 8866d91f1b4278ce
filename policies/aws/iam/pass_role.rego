# METADATA
# title: IAM policies name the roles that may be passed
# description: Whoever may pass every role to a service gets the rights of the strongest one, by starting something that runs with it.
# custom:
#   severity: high
#   resources: [aws_iam_policy, aws_iam_role_policy, aws_iam_user_policy, aws_iam_group_policy, aws_iam_role]
#   controls: {soc2: [CC6.1, CC6.3], nist-800-53: [AC-6], pci-dss: ["7.2.2"], iso-27001: [A.5.15, A.8.2]}
#   aliases: [AVD-AWS-0342]
#   remediation: Name the roles in `Resource`, or limit the services with a condition on `iam:PassedToService`.
package parapet.aws.iam.pass_role

import data.parapet.lib.aws_policy
import rego.v1

deny contains {"path": document.path, "message": message} if {
	some document in aws_policy.documents(input.resource.values)
	some i, statement in aws_policy.statements(document.text)
	aws_policy.allows_everywhere(statement, "iam:PassRole")
	some action in aws_policy.many(statement.Action)
	startswith(lower(action), "iam:pass")
	message := sprintf("%s lets any role be passed to any service", [aws_policy.label(statement, i)])
}

# An inline policy that is written is in the plan, its text may be unknown. Without one a role has none.
deny contains {"path": ["inline_policy", i, "policy"], "message": "is not known to be limited"} if {
	input.resource.config.inline_policy
	some i, inline in input.resource.values.inline_policy
	not inline.policy
}
