# METADATA
# title: S3 buckets let named websites write only
# description: A CORS rule for every origin that allows writing lets any page that a user visits use the links and credentials of that user.
# custom:
#   severity: medium
#   resources: [aws_s3_bucket_cors_configuration, aws_s3_bucket]
#   controls: {soc2: [CC6.6], nist-800-53: [AC-4], iso-27001: [A.8.26]}
#   remediation: Name the origins in `allowed_origins`, or allow `GET` and `HEAD` only.
package parapet.aws.s3.cors

import rego.v1

deny contains {"path": ["cors_rule", i, "allowed_origins"], "message": "every website may write to the bucket"} if {
	some i, rule in input.resource.values.cors_rule
	"*" in rule.allowed_origins
	some method in rule.allowed_methods
	method in {"PUT", "POST", "DELETE"}
}

# A bucket without rules of its own has those of other resources.
deny contains {"path": ["cors_rule"], "message": "the origins are not known"} if {
	input.resource.config.cors_rule
	not input.resource.values.cors_rule
}
