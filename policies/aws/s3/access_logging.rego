# METADATA
# title: S3 buckets log access
# description: Server access logs show who read which object; they cannot be made afterwards. Buckets that receive such logs are exempt, as logging into themselves never ends.
# custom:
#   severity: low
#   scope: plan
#   resources: [aws_s3_bucket, aws_s3_bucket_logging, aws_s3_bucket_acl]
#   controls: {soc2: [CC7.2], nist-800-53: [AU-2, AU-12]}
#   aliases: [CKV_AWS_18, AVD-AWS-0089]
#   remediation: Add an `aws_s3_bucket_logging` that delivers to a separate log bucket.
package parapet.aws.s3.access_logging

import data.parapet.lib.aws_join
import rego.v1

deny contains {"address": bucket.address, "message": "access is not logged"} if {
	count(unresolved) == 0
	some bucket in unlogged
	not acl_unknown(bucket)
}

deny contains {"address": bucket.address, "path": ["acl"], "message": "access is not logged"} if {
	count(unresolved) == 0
	some bucket in unlogged
	acl_unknown(bucket)
}

deny contains {"address": part.address, "path": ["bucket"], "message": message} if {
	count(unlogged) > 0
	some part in unresolved
	message := sprintf("the plan does not tell whether it serves one of: %s", [concat(", ", sort([bucket.address | some bucket in unlogged]))])
}

parts := [part | some part in input.plan.by_type.aws_s3_bucket_logging]

buckets := [bucket | some bucket in input.plan.by_type.aws_s3_bucket]

unlogged := [bucket |
	some bucket in buckets
	not logs_inline(bucket)
	not bucket.values.acl == "log-delivery-write"
	not aws_join.joined(bucket, "bucket", exempt)
]

# An ACL that is written may turn out to be the one for log delivery.
acl_unknown(bucket) if {
	bucket.config.acl
	not bucket.values.acl
}

# Before version 4 of the provider logging was a block of the bucket. Its target may be unknown; the block is enough.
logs_inline(bucket) if count(bucket.values.logging) > 0

logs_inline(bucket) if bucket.config.logging

exempt := ((logged | targets) | inline_targets) | log_delivery

named := aws_join.named(parts, "bucket", "aws_s3_bucket")

logged := {key |
	some piece in named
	some key in piece.keys
}

targets := {key |
	some part in parts
	some key in aws_join.part_keys(part, "target_bucket", "aws_s3_bucket")
}

inline_targets := {aws_join.value_key(bucket.values.logging[0].target_bucket) | some bucket in buckets} | {key |
	some bucket in buckets
	some key in aws_join.reference_keys(bucket, bucket.config.logging[0].target_bucket, "aws_s3_bucket")
}

log_delivery := {key |
	some acl in input.plan.by_type.aws_s3_bucket_acl
	acl.values.acl == "log-delivery-write"
	some key in aws_join.part_keys(acl, "bucket", "aws_s3_bucket")
}

unresolved := [piece.part |
	some piece in named
	count(piece.keys) == 0
]
