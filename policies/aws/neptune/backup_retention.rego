# METADATA
# title: Neptune keeps automated backups for a week or longer
# description: "Backups are kept for one day by default: damage that is found after a weekend cannot be undone."
# custom:
#   severity: medium
#   resources: [aws_neptune_cluster]
#   controls: {soc2: [A1.2], gdpr: [Art. 32], nist-800-53: [CP-9], iso-27001: [A.8.13]}
#   aliases: [CKV_AWS_361]
#   remediation: Set `backup_retention_period` to 7 days or more (35 at most).
package parapet.aws.neptune.backup_retention

import rego.v1

deny contains {"path": ["backup_retention_period"], "message": "backups are kept for fewer than 7 days"} if {
	not input.resource.values.backup_retention_period >= 7
}
