# METADATA
# title: Roles for GitHub Actions name the repository
# description: Every workflow on GitHub gets tokens from the same issuer. Without a condition on the subject, workflows of strangers may assume the role too.
# custom:
#   severity: critical
#   resources: [aws_iam_role]
#   controls: {soc2: [CC6.1, CC6.3], nist-800-53: [AC-3, IA-9], pci-dss: ["8.6"], iso-27001: [A.5.15, A.8.5]}
#   aliases: [CKV_AWS_358, CKV_AWS_393]
#   remediation: Add a condition on `token.actions.githubusercontent.com:sub` that names owner and repository, such as `repo:acme/orders:ref:refs/heads/main`.
package parapet.aws.iam.github_subject

import data.parapet.lib.aws_policy
import rego.v1

issuer := "token.actions.githubusercontent.com"

deny contains {"path": ["assume_role_policy"], "message": message} if {
	some i, statement in aws_policy.statements(input.resource.values.assume_role_policy)
	statement.Effect == "Allow"
	some provider in aws_policy.many(statement.Principal.Federated)
	endswith(provider, issuer)
	not limited(statement)
	message := sprintf("%s lets workflows of any GitHub repository assume the role", [aws_policy.label(statement, i)])
}

# A claim names an owner: all values of one condition are alternatives, so each of them has to.
limited(statement) if {
	some operator, keys in statement.Condition
	operator in {"StringEquals", "StringLike", "ForAnyValue:StringEquals", "ForAnyValue:StringLike", "StringEqualsIgnoreCase"}
	some key, wanted in keys
	claim := trim_prefix(lower(key), concat("", [issuer, ":"]))
	every value in aws_policy.many(wanted) {
		names_owner(claim, value)
	}
}

# `repo:acme/orders:*` names its owner, `repo:*` and `*` do not.
names_owner("sub", value) if regex.match(`^repo:[^*?/:]+/`, value)

names_owner(claim, value) if {
	claim in {"repository", "repository_id", "repository_owner", "repository_owner_id", "job_workflow_ref"}
	regex.match(`^[^*?]+`, value)
}
