# METADATA
# title: EKS secrets are encrypted with your own key
# description: EKS encrypts its database with a key of AWS. With a KMS key of your own for secrets, its policy and its log decide and show who can read them.
# custom:
#   severity: medium
#   resources: [aws_eks_cluster]
#   controls: {soc2: [CC6.1], nist-800-53: [SC-12, SC-28]}
#   aliases: [CKV_AWS_58, AVD-AWS-0039]
#   remediation: Add an `encryption_config` with `resources = ["secrets"]` and the ARN of a KMS key; it cannot be removed again.
package parapet.aws.eks.secrets_encryption

import rego.v1

deny contains {"path": ["encryption_config"], "message": "secrets are not encrypted with a KMS key of your own"} if {
	not covered
}

covered if {
	some encryption in input.resource.values.encryption_config
	"secrets" in encryption.resources
}
