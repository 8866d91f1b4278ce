# METADATA
# title: Buckets encrypted with KMS use a bucket key
# description: Without one, every object that is written or read is a request to KMS, which can cost more than the storage.
# custom:
#   severity: low
#   resources: [aws_s3_bucket_server_side_encryption_configuration]
#   remediation: Set `bucket_key_enabled = true`.
package parapet.cost.s3.bucket_key

import rego.v1

deny contains {"path": ["rule", index, "bucket_key_enabled"], "message": "every request for an object is one to KMS"} if {
	some index, rule in input.resource.values.rule
	rule.apply_server_side_encryption_by_default[0].sse_algorithm == "aws:kms"
	not rule.bucket_key_enabled
}
