# METADATA
# title: ECR repository policies admit nobody unknown
# description: Everyone may then pull images and what is baked into them, or push images that will run.
# custom:
#   severity: high
#   resources: [aws_ecr_repository_policy]
#   controls: {soc2: [CC6.1, CC6.6], gdpr: [Art. 25, Art. 32], nist-800-53: [AC-3, AC-6], pci-dss: ["7.2.6"], iso-27001: [A.5.15, A.8.3]}
#   aliases: [CKV_AWS_32, AVD-AWS-0032]
#   remediation: Name accounts, roles or services as principals, or add a condition such as `aws:PrincipalOrgID`, `aws:SourceAccount` or `aws:SourceArn`.
package parapet.aws.ecr.public_policy

import data.parapet.lib.aws_policy
import rego.v1

deny contains {"path": ["policy"], "message": message} if {
	some i, statement in aws_policy.statements(input.resource.values.policy)
	aws_policy.public(statement)
	message := sprintf("%s opens the repository to everyone", [aws_policy.label(statement, i)])
}

# Without a policy AWS admits the owner only.
deny contains {"path": ["policy"], "message": "the policy is not known to keep strangers out"} if {
	input.resource.config.policy
	not input.resource.values.policy
}
