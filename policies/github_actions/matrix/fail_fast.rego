# METADATA
# title: A failure does not cancel what is independent of it
# description: By default the first failure of a matrix cancels the rest. Of different checks, the others then say nothing; of deployments, some stop half way.
# custom:
#   severity: low
#   documents: [github_actions]
#   controls: {soc2: [CC8.1], nist-800-53: [CM-3, SA-15], iso-27001: [A.8.25, A.8.32]}
#   remediation: "Set `fail-fast: false` in `strategy`."
package parapet.github_actions.matrix.fail_fast

import rego.v1

deny contains {"path": ["jobs", id, "strategy", "fail-fast"], "message": message} if {
	some id, job in input.document.jobs
	object.get(job.strategy, "fail-fast", true) == true
	message := cancelled(id, job)
}

cancelled(id, job) := sprintf("a failure cancels the other deployments of job %s half way", [id]) if {
	job.environment
	job.strategy.matrix
} else := sprintf("the first of the different checks of job %s that fails cancels the others", [id]) if {
	is_object(job.strategy.matrix)
	some dimension, values in job.strategy.matrix
	dimension in {"check", "checks", "linter", "scan", "scanner", "task", "tool"}
	count(values) > 1
}
