# METADATA
# title: Production gets only what was measured
# description: A change that is right and slow passes every test there is, and is found by the users.
# custom:
#   severity: low
#   documents: [github_actions]
#   controls: {soc2: [A1.1, CC8.1], nist-800-53: [CM-4, SA-11], iso-27001: [A.8.6, A.8.29]}
#   remediation: "Let the deployment need a job that measures and compares: `parapet gate benchmark` or `parapet gate canary`, a load test with thresholds."
package parapet.github_actions.gates.performance_before_production

import data.parapet.lib.github_actions as gha
import rego.v1

deny contains {"path": ["jobs", id, "environment"], "message": sprintf("nothing measures performance before job %s deploys to %s", [id, environment])} if {
	some id, job in input.document.jobs
	environment := name_of(job.environment)
	regex.match(`(?i)^(prod|production|live)$`, environment)
	count(gha.events(input.document) & {"workflow_run", "workflow_call", "workflow_dispatch", "release", "deployment", "repository_dispatch"}) == 0
	not gha.calls_others(input.document)
	not measured
}

name_of(environment) := environment if is_string(environment)

name_of(environment) := environment.name if is_object(environment)

measured if {
	some id, job in input.document.jobs
	regex.match(words, sprintf("%v %v", [id, object.get(job, "name", "")]))
}

measured if {
	some step in gha.steps(input.document)
	regex.match(words, sprintf("%v %v %v", [object.get(step.spec, "name", ""), step.run, step.action]))
}

words := `(?i)bench|perf|load.?test|stress|\bk6\b|locust|gatling|artillery|lighthouse|lhci|canary|rollout|parapet gate`
