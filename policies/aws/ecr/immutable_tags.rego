# METADATA
# title: ECR tags cannot be moved
# description: When a tag can be moved, what was tested and what runs under the same name may differ, and whoever can push can replace what runs.
# custom:
#   severity: medium
#   resources: [aws_ecr_repository]
#   controls: {soc2: [CC8.1], nist-800-53: [CM-2, SI-7], iso-27001: [A.8.32]}
#   aliases: [CKV_AWS_51, AVD-AWS-0031]
#   remediation: Set `image_tag_mutability = "IMMUTABLE"`, or `IMMUTABLE_WITH_EXCLUSION` for tags that have to move.
package parapet.aws.ecr.immutable_tags

import rego.v1

deny contains {"path": ["image_tag_mutability"], "message": "tags can be moved to another image"} if {
	not startswith(input.resource.values.image_tag_mutability, "IMMUTABLE")
}
