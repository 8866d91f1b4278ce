# METADATA
# title: Kinesis streams are encrypted at rest
# description: Records wait in a stream for a day to a year; without a key they are stored as they came.
# custom:
#   severity: medium
#   resources: [aws_kinesis_stream]
#   controls: {soc2: [CC6.1], gdpr: [Art. 32], nist-800-53: [SC-28], pci-dss: ["3.5"], iso-27001: [A.8.24]}
#   aliases: [CKV_AWS_43, AVD-AWS-0064]
#   remediation: Set `encryption_type = "KMS"` and `kms_key_id` (`alias/aws/kinesis`, or a key of your own).
package parapet.aws.kinesis.encrypted

import rego.v1

deny contains {"path": ["encryption_type"], "message": "records are not encrypted"} if {
	not input.resource.values.encryption_type == "KMS"
}
