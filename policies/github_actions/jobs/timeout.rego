# METADATA
# title: Jobs have a time limit
# description: A job that hangs is stopped after six hours; until then it holds a runner, and whatever waits for it.
# custom:
#   severity: low
#   documents: [github_actions]
#   controls: {soc2: [A1.1], nist-800-53: [SC-6], iso-27001: [A.8.6]}
#   remediation: Set `timeout-minutes` of the job to two or three times what it takes.
package parapet.github_actions.jobs.timeout

import rego.v1

deny contains {"path": ["jobs", id, "timeout-minutes"], "message": sprintf("job %s may run for six hours", [id])} if {
	some id, job in input.document.jobs
	job["runs-on"]
	not job["timeout-minutes"]
	not every_step_has(job)
}

every_step_has(job) if {
	every step in job.steps { step["timeout-minutes"] }
}
