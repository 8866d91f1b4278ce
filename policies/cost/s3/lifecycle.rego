# METADATA
# title: Buckets expire or move what is not used any more
# description: Objects, old versions and uploads that were given up are paid for until a lifecycle rule removes them.
# custom:
#   severity: low
#   scope: plan
#   resources: [aws_s3_bucket, aws_s3_bucket_lifecycle_configuration]
#   controls: {nist-800-53: [SI-12], iso-27001: [A.8.10]}
#   remediation: Add an `aws_s3_bucket_lifecycle_configuration` that expires old versions and incomplete uploads, and moves what is seldom read.
package parapet.cost.s3.lifecycle

import data.parapet.lib.aws_join
import rego.v1

deny contains {"address": bucket.address, "message": "objects are kept, and paid for, for ever"} if {
	count(unresolved) == 0
	some bucket in unserved
}

deny contains {"address": part.address, "path": ["bucket"], "message": message} if {
	count(unserved) > 0
	some part in unresolved
	message := sprintf("the plan does not tell whether it serves one of: %s", [concat(", ", sort([w.address | some w in unserved]))])
}

# Before version 4 of the provider it was a block of the bucket.
unserved := [bucket |
	some bucket in input.plan.by_type.aws_s3_bucket
	not aws_join.joined(bucket, "bucket", served)
	not bucket.config.lifecycle_rule
	not count(bucket.values.lifecycle_rule) > 0
]

named := aws_join.named([part | some part in input.plan.by_type.aws_s3_bucket_lifecycle_configuration], "bucket", "aws_s3_bucket")

served := {key |
	some piece in named
	some key in piece.keys
}

unresolved := [piece.part |
	some piece in named
	count(piece.keys) == 0
]
