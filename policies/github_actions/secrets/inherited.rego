# METADATA
# title: Workflows of others get only the secrets they need
# description: "`secrets: inherit` hands every secret of the repository and organisation to a workflow that somebody else maintains."
# custom:
#   severity: medium
#   documents: [github_actions]
#   controls: {soc2: [CC6.3], nist-800-53: [AC-6, CM-5], iso-27001: [A.8.2], pci-dss: ["7.2.2"]}
#   remediation: Name the secrets one by one under `secrets`.
package parapet.github_actions.secrets.inherited

import data.parapet.lib.github_actions as gha
import rego.v1

deny contains {"path": ["jobs", id, "secrets"], "message": sprintf("every secret goes to %s", [job.uses])} if {
	some id, job in input.document.jobs
	job.secrets == "inherit"
	gha.is_remote(job.uses)
}
