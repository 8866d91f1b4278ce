# METADATA
# title: No token may write everything
# description: With `write-all` every step, and every action any of them runs, can change code, releases, packages and settings.
# custom:
#   severity: high
#   documents: [github_actions]
#   controls: {soc2: [CC6.3], nist-800-53: [AC-6, CM-5], iso-27001: [A.8.2], pci-dss: ["7.2.2"]}
#   aliases: [CKV2_GHA_1]
#   remediation: Name the scopes that are needed, and no others.
package parapet.github_actions.permissions.write_all

import rego.v1

deny contains {"path": ["permissions"], "message": "every job may write everything"} if {
	input.document.permissions == "write-all"
}

deny contains {"path": ["jobs", id, "permissions"], "message": sprintf("job %s may write everything", [id])} if {
	some id, job in input.document.jobs
	job.permissions == "write-all"
}
