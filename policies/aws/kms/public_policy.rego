# METADATA
# title: KMS key policies admit nobody unknown
# description: A key policy that allows every principal lets any AWS account use the key, and so read what it protects. A condition on the caller's account, organization, network or service narrows it.
# custom:
#   severity: critical
#   resources: [aws_kms_key, aws_kms_replica_key, aws_kms_external_key, aws_kms_key_policy]
#   controls: {soc2: [CC6.1, CC6.3], gdpr: [Art. 32], nist-800-53: [AC-3, AC-6]}
#   aliases: [CKV_AWS_33]
#   remediation: Name the accounts or roles as principals, or add a condition such as `kms:CallerAccount` or `aws:PrincipalOrgID`.
package parapet.aws.kms.public_policy

import data.parapet.lib.aws_policy
import rego.v1

deny contains {"path": ["policy"], "message": message} if {
	some i, statement in aws_policy.statements(input.resource.values.policy)
	aws_policy.public(statement)
	message := sprintf("%s lets every AWS account use the key", [aws_policy.label(statement, i)])
}

# A policy that is not written is AWS's default, which admits the account only.
deny contains {"path": ["policy"], "message": "the policy is not known to keep other accounts out"} if {
	input.resource.config.policy
	not input.resource.values.policy
}
