# METADATA
# title: Buckets are not deleted with their objects
# description: With `force_destroy`, a destroy or a rename deletes every object and version without asking.
# custom:
#   severity: low
#   resources: [aws_s3_bucket]
#   controls: {soc2: [A1.2], nist-800-53: [CM-3], iso-27001: [A.8.32]}
#   remediation: Remove `force_destroy = true`.
package parapet.resilience.s3.force_destroy

import rego.v1

deny contains {"path": ["force_destroy"], "message": "a destroy deletes every object"} if {
	input.resource.values.force_destroy == true
}
