# METADATA
# title: Backups are copied elsewhere
# description: Backups in the account and region of the data are lost with either, to a fire or to whoever takes the account over.
# custom:
#   severity: low
#   resources: [aws_backup_plan]
#   controls: {soc2: [A1.2, CC9.1], gdpr: [Art. 32], nist-800-53: [CP-6, CP-9], iso-27001: [A.8.13]}
#   remediation: Add a `copy_action` to a vault in another region or account.
package parapet.resilience.backup.copies

import rego.v1

deny contains {"path": ["rule"], "message": "no rule copies backups to another vault"} if not copied

copied if {
	some rule in input.resource.values.rule
	count(rule.copy_action) > 0
}
