# METADATA
# title: Neptune clusters are protected from deletion
# description: Deletion protection makes AWS refuse to delete the cluster until somebody turns it off on purpose.
# custom:
#   severity: medium
#   resources: [aws_neptune_cluster]
#   controls: {soc2: [A1.2], nist-800-53: [CM-3], iso-27001: [A.8.32]}
#   aliases: [CKV2_AWS_58]
#   remediation: Set `deletion_protection = true`.
package parapet.aws.neptune.deletion_protection

import rego.v1

deny contains {"path": ["deletion_protection"], "message": "deletion protection is off"} if {
	not input.resource.values.deletion_protection
}
