# METADATA
# title: DocumentDB clusters are protected from deletion
# description: Deletion protection makes AWS refuse to delete the cluster until somebody turns it off on purpose.
# custom:
#   severity: medium
#   resources: [aws_docdb_cluster]
#   controls: {soc2: [A1.2], nist-800-53: [CM-3], iso-27001: [A.8.32]}
#   remediation: Set `deletion_protection = true`.
package parapet.aws.docdb.deletion_protection

import rego.v1

deny contains {"path": ["deletion_protection"], "message": "deletion protection is off"} if {
	not input.resource.values.deletion_protection
}
