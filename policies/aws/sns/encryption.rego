# METADATA
# title: SNS topics are encrypted with a KMS key
# description: Messages wait in SNS while subscribers are unreachable. With a key, reading them takes a permission on it.
# custom:
#   severity: low
#   resources: [aws_sns_topic]
#   controls: {soc2: [CC6.1], gdpr: [Art. 32], nist-800-53: [SC-28], pci-dss: ["3.5"], iso-27001: [A.8.24]}
#   aliases: [CKV_AWS_26, AVD-AWS-0095]
#   remediation: Set `kms_master_key_id` to a key of your own, or to `alias/aws/sns` where no AWS service publishes.
package parapet.aws.sns.encryption

import rego.v1

deny contains {"path": ["kms_master_key_id"], "message": "messages are not encrypted with a KMS key"} if {
	not input.resource.values.kms_master_key_id
}
