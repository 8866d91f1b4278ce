# METADATA
# title: S3 buckets own their objects
# description: "With `ObjectWriter`, objects that another account uploads belong to that account: the bucket policy does not apply to them, and ACLs do."
# custom:
#   severity: low
#   resources: [aws_s3_bucket_ownership_controls]
#   controls: {soc2: [CC6.1], nist-800-53: [AC-3], pci-dss: ["7.3.1"], iso-27001: [A.5.15]}
#   aliases: [CKV2_AWS_65]
#   remediation: Set `object_ownership = "BucketOwnerEnforced"`, or `BucketOwnerPreferred` where a log delivery still needs ACLs.
package parapet.aws.s3.object_ownership

import rego.v1

deny contains {"path": ["rule", 0, "object_ownership"], "message": "objects belong to who uploads them"} if {
	input.resource.values.rule[0].object_ownership == "ObjectWriter"
}
