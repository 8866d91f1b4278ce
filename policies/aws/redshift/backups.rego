# METADATA
# title: Redshift takes automated snapshots
# description: A retention of 0 turns automated snapshots off; the default keeps them for a day.
# custom:
#   severity: medium
#   resources: [aws_redshift_cluster]
#   controls: {soc2: [A1.2], gdpr: [Art. 32], nist-800-53: [CP-9], iso-27001: [A.8.13]}
#   aliases: [CKV_AWS_343]
#   remediation: Set `automated_snapshot_retention_period` to 7 days or more.
package parapet.aws.redshift.backups

import rego.v1

deny contains {"path": ["automated_snapshot_retention_period"], "message": "no automated snapshots are taken"} if {
	input.resource.values.automated_snapshot_retention_period == 0
}
