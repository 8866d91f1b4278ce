# METADATA
# title: DynamoDB encrypts with a key that can be controlled
# description: "DynamoDB always encrypts, by default with a key that AWS owns: its use cannot be logged, and it cannot be withdrawn."
# custom:
#   severity: info
#   resources: [aws_dynamodb_table]
#   controls: {soc2: [CC6.1], gdpr: [Art. 32], nist-800-53: [SC-12, SC-28], pci-dss: ["3.6"], iso-27001: [A.8.24]}
#   aliases: [CKV_AWS_119, AVD-AWS-0025]
#   remediation: Add a `server_side_encryption` block with `enabled = true`, and `kms_key_arn` for a key of your own.
package parapet.aws.dynamodb.own_key

import data.parapet.lib.aws_config
import rego.v1

deny contains aws_config.fault(input.resource.config, "server_side_encryption", [0, "enabled"], "encrypts with a key that AWS owns") if {
	not input.resource.values.server_side_encryption[0].enabled
}
