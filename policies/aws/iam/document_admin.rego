# METADATA
# title: Policy documents do not grant full administration
# description: A statement that allows every action on every resource turns one leaked credential into the loss of the account. The document is judged while its text is not known yet; later its policy is.
# custom:
#   severity: high
#   resources: [data.aws_iam_policy_document]
#   controls: {soc2: [CC6.1, CC6.3], cis-aws: ["1.16"], nist-800-53: [AC-6], pci-dss: ["7.2.2"], iso-27001: [A.5.15, A.8.2]}
#   aliases: [CKV_AWS_1]
#   remediation: Name the actions and the resources that are needed.
package parapet.aws.iam.document_admin

import rego.v1

deny contains {"path": ["statement", i, "actions"], "message": "every action is allowed on every resource"} if {
	some i, statement in input.resource.values.statement
	not statement.effect == "Deny"
	"*" in statement.actions
	"*" in statement.resources
	not count(statement.condition) > 0
	not count(statement.principals) > 0
}
