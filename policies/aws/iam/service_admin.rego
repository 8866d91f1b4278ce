# METADATA
# title: IAM policies do not grant all of a sensitive service
# description: Every action on every key, secret, bucket or identity includes deleting it, opening it to others and turning its logs off.
# custom:
#   severity: medium
#   resources: [aws_iam_policy, aws_iam_role_policy, aws_iam_user_policy, aws_iam_group_policy, aws_iam_role]
#   controls: {soc2: [CC6.1, CC6.3], nist-800-53: [AC-6], pci-dss: ["7.2.2"], iso-27001: [A.5.15, A.8.2]}
#   remediation: Name the actions or the resources that are needed.
package parapet.aws.iam.service_admin

import data.parapet.lib.aws_policy
import rego.v1

deny contains {"path": document.path, "message": message} if {
	some document in aws_policy.documents(input.resource.values)
	some i, statement in aws_policy.statements(document.text)
	statement.Effect == "Allow"
	not statement.Condition
	aws_policy.everywhere(statement)
	held := {action | some action in aws_policy.many(statement.Action); lower(action) in sensitive}
	count(held) > 0
	message := sprintf("%s allows %s on every resource", [aws_policy.label(statement, i), concat(", ", sort(held))])
}

# An inline policy that is written is in the plan, its text may be unknown. Without one a role has none.
deny contains {"path": ["inline_policy", i, "policy"], "message": "is not known to be limited"} if {
	input.resource.config.inline_policy
	some i, inline in input.resource.values.inline_policy
	not inline.policy
}

sensitive := {"iam:*", "kms:*", "organizations:*", "s3:*", "secretsmanager:*", "sts:*"}
