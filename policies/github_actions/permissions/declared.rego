# METADATA
# title: Permissions of the token are named
# description: Without `permissions` the token gets what the repository or organisation has as its default, which for older ones is to write nearly everything.
# custom:
#   severity: medium
#   documents: [github_actions]
#   controls: {soc2: [CC6.3], nist-800-53: [AC-6, CM-5], iso-27001: [A.8.2], pci-dss: ["7.2.2"]}
#   remediation: "Put `permissions: {contents: read}` at the top of the workflow, and what a job needs beyond that into the job."
package parapet.github_actions.permissions.declared

import data.parapet.lib.github_actions as gha
import rego.v1

unnamed := {id |
	some id, job in input.document.jobs
	is_object(job)
	not gha.permissions(input.document, id)
}

deny contains {"path": ["jobs", id], "message": sprintf("job %s says nothing of permissions, and neither does the workflow", [id])} if {
	count(unnamed) < count(input.document.jobs)
	some id in unnamed
}

deny contains {"path": ["permissions"], "message": "neither the workflow nor any job of it names permissions"} if {
	count(unnamed) > 0
	count(unnamed) == count(input.document.jobs)
}
