# METADATA
# title: S3 bucket policies admit nobody unknown
# description: A bucket policy that allows every principal publishes the objects to the world.
# custom:
#   severity: critical
#   resources: [aws_s3_bucket_policy, aws_s3_bucket]
#   controls: {soc2: [CC6.1, CC6.6], gdpr: [Art. 25, Art. 32], nist-800-53: [AC-3, AC-6], pci-dss: ["7.2.6"], iso-27001: [A.5.15, A.8.3]}
#   aliases: [CKV_AWS_70]
#   remediation: Name the principals, or serve public files through CloudFront with an origin access control.
package parapet.aws.s3.public_policy

import data.parapet.lib.aws_policy
import rego.v1

deny contains {"path": ["policy"], "message": message} if {
	some i, statement in aws_policy.statements(input.resource.values.policy)
	aws_policy.public(statement)
	message := sprintf("%s opens the bucket to everyone", [aws_policy.label(statement, i)])
}

# Without a policy S3 admits the owner only. Buckets of older providers cannot tell an unknown policy from none.
deny contains {"path": ["policy"], "message": "the policy is not known to keep strangers out"} if {
	input.resource.type == "aws_s3_bucket_policy"
	input.resource.config.policy
	not input.resource.values.policy
}
