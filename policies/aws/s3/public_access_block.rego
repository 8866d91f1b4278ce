# METADATA
# title: S3 buckets block public access
# description: Block Public Access overrules any ACL or policy that would open a bucket by mistake. S3 turns it on for buckets created since April 2023; only managing it keeps it on, and turns it on for older ones. One block for the whole account serves every bucket.
# custom:
#   severity: high
#   scope: plan
#   resources: [aws_s3_bucket, aws_s3_bucket_public_access_block, aws_s3_account_public_access_block]
#   controls: {soc2: [CC6.1, CC6.6], gdpr: [Art. 25, Art. 32], cis-aws: ["2.1.4"], nist-800-53: [AC-3, SC-7]}
#   aliases: [CKV2_AWS_6, AVD-AWS-0094]
#   remediation: Add an `aws_s3_bucket_public_access_block` for the bucket (or one `aws_s3_account_public_access_block`) with all four arguments true.
package parapet.aws.s3.public_access_block

import data.parapet.lib.aws_join
import rego.v1

switches := ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"]

deny contains off(block, switch) if {
	not account_blocked
	some block in input.plan.by_type.aws_s3_bucket_public_access_block
	some switch in switches
	not block.values[switch]
}

deny contains off(block, switch) if {
	some block in input.plan.by_type.aws_s3_account_public_access_block
	some switch in switches
	not block.values[switch]
}

deny contains {"address": bucket.address, "message": "the plan has no public access block for this bucket"} if {
	count(unresolved) == 0
	some bucket in exposed
}

deny contains {"address": block.address, "path": ["bucket"], "message": message} if {
	count(exposed) > 0
	some block in unresolved
	message := sprintf("the plan does not tell whether it protects one of: %s", [concat(", ", sort([b.address | some b in exposed]))])
}

off(block, switch) := {"address": block.address, "path": [switch], "message": sprintf("%s is off", [switch])}

account_blocked if {
	some block in input.plan.by_type.aws_s3_account_public_access_block
	every switch in switches {
		block.values[switch]
	}
}

exposed := [bucket |
	count(account_blocks) == 0
	some bucket in input.plan.by_type.aws_s3_bucket
	not aws_join.joined(bucket, "bucket", protected)
]

blocks := [block | some block in input.plan.by_type.aws_s3_bucket_public_access_block]

named := aws_join.named(blocks, "bucket", "aws_s3_bucket")

protected := {key |
	some piece in named
	some key in piece.keys
}

unresolved := [piece.part |
	some piece in named
	count(piece.keys) == 0
]

account_blocks := [block | some block in input.plan.by_type.aws_s3_account_public_access_block]
