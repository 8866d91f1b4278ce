# METADATA
# title: DynamoDB tables are protected from deletion
# description: Deletion protection makes AWS refuse to delete the table until somebody turns it off on purpose. Versions of the provider that do not know the argument are not judged.
# custom:
#   severity: medium
#   resources: [aws_dynamodb_table]
#   controls: {soc2: [A1.2], nist-800-53: [CM-3], iso-27001: [A.8.32]}
#   remediation: Set `deletion_protection_enabled = true`.
package parapet.aws.dynamodb.deletion_protection

import rego.v1

deny contains {"path": ["deletion_protection_enabled"], "message": "deletion protection is off"} if {
	input.resource.values.deletion_protection_enabled == false
}
