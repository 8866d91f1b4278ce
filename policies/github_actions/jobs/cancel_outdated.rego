# METADATA
# title: A new push ends the run of the one before
# description: Without `concurrency` every push to a pull request adds a run, and results for code that nobody will merge keep runners from the code that somebody will.
# custom:
#   severity: low
#   documents: [github_actions]
#   controls: {soc2: [A1.1], nist-800-53: [SC-6], iso-27001: [A.8.6]}
#   remediation: "Add `concurrency: {group: \"${{ github.workflow }}-${{ github.ref }}\", cancel-in-progress: \"${{ github.event_name == 'pull_request' }}\"}` to the workflow."
package parapet.github_actions.jobs.cancel_outdated

import data.parapet.lib.github_actions as gha
import rego.v1

deny contains {"path": ["concurrency"], "message": "runs of outdated pushes are not cancelled"} if {
	"pull_request" in gha.events(input.document)
	not input.document.concurrency
	some job in input.document.jobs
	job["runs-on"]
	not job.concurrency
}
