# METADATA
# title: Matrix jobs run side by side
# description: "`max-parallel: 1` makes a queue of what a matrix was made to run at once."
# custom:
#   severity: low
#   documents: [github_actions]
#   controls: {soc2: [A1.1], nist-800-53: [SC-6], iso-27001: [A.8.6]}
#   remediation: Leave `max-parallel` out, or raise it; deployments that must follow each other name an `environment`.
package parapet.github_actions.matrix.parallel

import rego.v1

deny contains {"path": ["jobs", id, "strategy", "max-parallel"], "message": sprintf("the runs of job %s wait for each other", [id])} if {
	some id, job in input.document.jobs
	job.strategy.matrix
	job.strategy["max-parallel"] == 1
	not job.environment
	not job.concurrency
}
