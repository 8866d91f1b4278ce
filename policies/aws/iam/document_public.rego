# METADATA
# title: Policy documents name their principals
# description: A statement that allows everyone, without a condition on who asks, opens what carries the policy to any AWS account.
# custom:
#   severity: high
#   resources: [data.aws_iam_policy_document]
#   controls: {soc2: [CC6.1, CC6.6], gdpr: [Art. 25, Art. 32], nist-800-53: [AC-3, AC-6], pci-dss: ["7.2.6"], iso-27001: [A.5.15, A.8.3]}
#   remediation: Name accounts, roles or services in `principals`, or add a `condition` on `aws:PrincipalOrgID`, `aws:SourceAccount` or `aws:SourceArn`.
package parapet.aws.iam.document_public

import data.parapet.lib.aws_policy
import rego.v1

deny contains {"path": ["statement", i, "principals", j, "identifiers"], "message": "everyone is allowed"} if {
	some i, statement in input.resource.values.statement
	not statement.effect == "Deny"
	some j, principal in statement.principals
	principal.type in {"*", "AWS"}
	"*" in principal.identifiers
	not narrowed(statement)
}

narrowed(statement) if {
	some condition in statement.condition
	not contains(lower(condition.test), "not")
	not lower(condition.test) == "null"
	not lower(condition.variable) in aws_policy.open_keys
}
