# METADATA
# title: IAM roles are trusted by known principals only
# description: A role that everyone may assume lends its rights to any AWS account in the world.
# custom:
#   severity: critical
#   resources: [aws_iam_role]
#   controls: {soc2: [CC6.1, CC6.3], gdpr: [Art. 32], nist-800-53: [AC-3, AC-6], pci-dss: ["7.2.1"], iso-27001: [A.5.15, A.8.3]}
#   aliases: [CKV_AWS_60]
#   remediation: Name accounts, roles or services as principals, or add a condition such as `aws:PrincipalOrgID`.
package parapet.aws.iam.trusted_by_everyone

import data.parapet.lib.aws_policy
import rego.v1

deny contains {"path": ["assume_role_policy"], "message": message} if {
	some i, statement in aws_policy.statements(input.resource.values.assume_role_policy)
	aws_policy.public(statement)
	message := sprintf("%s lets everyone assume the role", [aws_policy.label(statement, i)])
}
