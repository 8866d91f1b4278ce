# METADATA
# title: Permissions to write belong to the job that needs them
# description: What the workflow grants at its top every one of its jobs gets, tests of untrusted code included.
# custom:
#   severity: low
#   documents: [github_actions]
#   controls: {soc2: [CC6.3], nist-800-53: [AC-6, CM-5], iso-27001: [A.8.2], pci-dss: ["7.2.2"]}
#   remediation: "Leave `contents: read` at the top, and move the scope to the job that writes."
package parapet.github_actions.permissions.per_job

import rego.v1

deny contains {"path": ["permissions", scope], "message": sprintf("all %d jobs may write to %s", [count(heirs), scope])} if {
	is_object(input.document.permissions)
	some scope, level in input.document.permissions
	level == "write"
	heirs := [id | some id, job in input.document.jobs; is_null(object.get(job, "permissions", null))]
	count(heirs) > 1
}
