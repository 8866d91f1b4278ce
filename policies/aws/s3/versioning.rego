# METADATA
# title: S3 buckets keep object versions
# description: Without versioning an overwritten or deleted object is gone, whether a person, a program or ransomware did it.
# custom:
#   severity: medium
#   scope: plan
#   resources: [aws_s3_bucket, aws_s3_bucket_versioning]
#   controls: {soc2: [A1.2], gdpr: [Art. 32], nist-800-53: [CP-9]}
#   aliases: [CKV_AWS_21, AVD-AWS-0090]
#   remediation: Add an `aws_s3_bucket_versioning` with status `Enabled` for the bucket, and a lifecycle rule that expires old versions.
package parapet.aws.s3.versioning

import data.parapet.lib.aws_join
import rego.v1

deny contains {"address": part.address, "path": path, "message": message} if {
	some part in parts
	status := object.get(part.values.versioning_configuration[0], "status", "not set")
	status != "Enabled"
	path := ["versioning_configuration", 0, "status"]
	message := sprintf("versioning is %s", [lower(status)])
}

# Before version 4 of the provider versioning was a block of the bucket.
deny contains {"address": bucket.address, "path": path, "message": "versioning is not enabled"} if {
	some bucket in unversioned
	bucket.config.versioning
	path := ["versioning", 0, "enabled"]
}

deny contains {"address": bucket.address, "message": "versioning is not enabled"} if {
	count(unresolved) == 0
	some bucket in unversioned
	not bucket.config.versioning
}

deny contains {"address": part.address, "path": ["bucket"], "message": message} if {
	missing := sort([bucket.address | some bucket in unversioned; not bucket.config.versioning])
	count(missing) > 0
	some part in unresolved
	message := sprintf("the plan does not tell whether it serves one of: %s", [concat(", ", missing)])
}

parts := [part | some part in input.plan.by_type.aws_s3_bucket_versioning]

unversioned := [bucket |
	some bucket in input.plan.by_type.aws_s3_bucket
	not aws_join.joined(bucket, "bucket", served)
	not bucket.values.versioning[0].enabled
]

named := aws_join.named(parts, "bucket", "aws_s3_bucket")

served := {key |
	some piece in named
	some key in piece.keys
}

unresolved := [piece.part |
	some piece in named
	count(piece.keys) == 0
]
