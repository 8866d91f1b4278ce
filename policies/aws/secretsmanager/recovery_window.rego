# METADATA
# title: Deleted secrets can be brought back
# description: With a window of 0 days a secret is gone at once, for everything that uses it.
# custom:
#   severity: low
#   resources: [aws_secretsmanager_secret]
#   controls: {soc2: [A1.2], nist-800-53: [CM-3], iso-27001: [A.8.32]}
#   remediation: Remove `recovery_window_in_days = 0`; the default is 30 days.
package parapet.aws.secretsmanager.recovery_window

import rego.v1

deny contains {"path": ["recovery_window_in_days"], "message": "a deleted secret is gone at once"} if {
	input.resource.values.recovery_window_in_days == 0
}
