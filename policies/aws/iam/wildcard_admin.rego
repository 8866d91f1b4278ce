# METADATA
# title: IAM policies do not grant full administration
# description: A policy that allows every action on every resource turns one leaked credential into the loss of the account. Allowing everything except a list (`NotAction`) is as wide, and widens with every new service.
# custom:
#   severity: high
#   resources: [aws_iam_policy, aws_iam_role_policy, aws_iam_user_policy, aws_iam_group_policy, aws_iam_role]
#   controls: {soc2: [CC6.1, CC6.3], cis-aws: ["1.16"], nist-800-53: [AC-6]}
#   aliases: [CKV_AWS_62]
#   remediation: Name the actions and the resources that are needed; the last-accessed data of IAM Access Analyzer tells which.
package parapet.aws.iam.wildcard_admin

import data.parapet.lib.aws_policy
import rego.v1

deny contains {"path": ["policy"], "message": message} if {
	some message in grants(input.resource.values.policy)
}

deny contains {"path": ["inline_policy", i, "policy"], "message": message} if {
	some i, inline in input.resource.values.inline_policy
	some message in grants(inline.policy)
}

# An inline policy that is written is in the plan, its text may be unknown. Without one a role has none.
deny contains {"path": ["inline_policy", i, "policy"], "message": "is not known to be limited"} if {
	input.resource.config.inline_policy
	some i, inline in input.resource.values.inline_policy
	not inline.policy
}

grants(text) := {message |
	some i, statement in aws_policy.statements(text)
	statement.Effect == "Allow"
	some resource in aws_policy.many(statement.Resource)
	wildcard(resource)
	what := allowed(statement)
	message := sprintf("%s allows %s on every resource", [aws_policy.label(statement, i), what])
}

allowed(statement) := "every action" if {
	some action in aws_policy.many(statement.Action)
	wildcard(action)
} else := sprintf("everything except %s", [concat(", ", aws_policy.many(statement.NotAction))])

# Nothing but wildcards: `*`, `*:*`.
wildcard(pattern) if trim(pattern, "*:") == ""
