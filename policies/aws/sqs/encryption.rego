# METADATA
# title: SQS queues are encrypted at rest
# description: SQS encrypts new queues by itself, unless that is turned off.
# custom:
#   severity: medium
#   resources: [aws_sqs_queue]
#   controls: {soc2: [CC6.1], gdpr: [Art. 32], nist-800-53: [SC-28], pci-dss: ["3.5"], iso-27001: [A.8.24]}
#   aliases: [CKV_AWS_27, AVD-AWS-0096]
#   remediation: Remove `sqs_managed_sse_enabled = false`, or set `kms_master_key_id`.
package parapet.aws.sqs.encryption

import data.parapet.lib.aws_config
import rego.v1

deny contains {"path": path, "message": "messages are not encrypted at rest"} if {
	input.resource.values.sqs_managed_sse_enabled == false
	not input.resource.values.kms_master_key_id
	path := aws_config.blame(input.resource.config, "sqs_managed_sse_enabled", "kms_master_key_id")
}

# What is not written is on.
deny contains {"path": ["sqs_managed_sse_enabled"], "message": "messages are not known to be encrypted"} if {
	input.resource.config.sqs_managed_sse_enabled
	not is_boolean(input.resource.values.sqs_managed_sse_enabled)
	not input.resource.values.kms_master_key_id
}
