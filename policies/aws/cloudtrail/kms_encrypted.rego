# METADATA
# title: CloudTrail encrypts its log files with your own key
# description: With a KMS key of your own, reading the trail takes a permission on the key besides one on the bucket.
# custom:
#   severity: medium
#   resources: [aws_cloudtrail]
#   controls: {soc2: [CC6.1], cis-aws: ["3.5"], nist-800-53: [AU-9, SC-28]}
#   aliases: [CKV_AWS_35, AVD-AWS-0015]
#   remediation: Set `kms_key_id` to the ARN of a KMS key whose policy lets CloudTrail encrypt.
package parapet.aws.cloudtrail.kms_encrypted

import rego.v1

deny contains {"path": ["kms_key_id"], "message": "log files are not encrypted with a KMS key of your own"} if {
	not has_key
}

has_key if input.resource.values.kms_key_id != ""
