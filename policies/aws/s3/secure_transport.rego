# METADATA
# title: S3 buckets refuse plain HTTP
# description: S3 answers unencrypted requests unless the bucket policy denies them, so data and signed requests can be read on the way.
# custom:
#   severity: medium
#   scope: plan
#   resources: [aws_s3_bucket, aws_s3_bucket_policy]
#   controls: {soc2: [CC6.7], gdpr: [Art. 32], cis-aws: ["2.1.1"], nist-800-53: [SC-8]}
#   remediation: Add a bucket policy that denies `s3:*` to every principal when `aws:SecureTransport` is false.
package parapet.aws.s3.secure_transport

import data.parapet.lib.aws_join
import data.parapet.lib.aws_policy
import rego.v1

deny contains {"address": policy.address, "path": ["policy"], "message": "does not deny requests without TLS"} if {
	some policy in bucket_policies
	not refuses_http(policy.values.policy)
}

# Before version 4 of the provider the policy was an argument of the bucket.
deny contains {"address": bucket.address, "path": ["policy"], "message": "does not deny requests without TLS"} if {
	some bucket in without_policy
	bucket.config.policy
	not refuses_http(bucket.values.policy)
}

deny contains {"address": bucket.address, "message": "no bucket policy denies requests without TLS"} if {
	count(unresolved) == 0
	some bucket in open_buckets
}

deny contains {"address": policy.address, "path": ["bucket"], "message": message} if {
	count(open_buckets) > 0
	some policy in unresolved
	message := sprintf("the plan does not tell whether it protects one of: %s", [concat(", ", sort([b.address | some b in open_buckets]))])
}

refuses_http(text) if {
	some statement in aws_policy.statements(text)
	statement.Effect == "Deny"
	aws_policy.everyone(statement.Principal)
	some action in aws_policy.many(statement.Action)
	action in {"*", "s3:*"}
	some operator in {"Bool", "BoolIfExists"}
	some key, wanted in statement.Condition[operator]
	lower(key) == "aws:securetransport"
	some value in aws_policy.many(wanted)
	lower(sprintf("%v", [value])) == "false"
}

bucket_policies := [policy | some policy in input.plan.by_type.aws_s3_bucket_policy]

without_policy := [bucket |
	some bucket in input.plan.by_type.aws_s3_bucket
	not aws_join.joined(bucket, "bucket", protected)
]

open_buckets := [bucket |
	some bucket in without_policy
	not bucket.config.policy
	not refuses_http(bucket.values.policy)
]

named := aws_join.named(bucket_policies, "bucket", "aws_s3_bucket")

protected := {key |
	some piece in named
	some key in piece.keys
}

unresolved := [piece.part |
	some piece in named
	count(piece.keys) == 0
]
