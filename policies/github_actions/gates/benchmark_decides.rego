# METADATA
# title: Benchmarks decide something
# description: A benchmark that nothing is compared with, or whose failure is ignored, lets every slowdown through, a little at a time.
# custom:
#   severity: medium
#   documents: [github_actions]
#   controls: {soc2: [A1.1, CC8.1], nist-800-53: [CM-4, SA-11], iso-27001: [A.8.6, A.8.29]}
#   remediation: "Compare with a baseline and fail beyond a threshold: `parapet gate benchmark`, or `fail-on-alert: true` of github-action-benchmark."
package parapet.github_actions.gates.benchmark_decides

import data.parapet.lib.github_actions as gha
import rego.v1

benchmark := `(^|[\s;&|:_-])(bench(mark)?s?|k6 run|locust|hyperfine|gatling|artillery run|wrk2?|lhci|vegeta)([\s;&|:_-]|$)`

deny contains {"path": array.concat(step.path, ["continue-on-error"]), "message": "the result of the benchmark is ignored"} if {
	some step in gha.steps(input.document)
	measures(step)
	step.spec["continue-on-error"] in {true, "true"}
}

deny contains {"path": array.concat(step.path, ["run"]), "message": "the result of the benchmark is ignored"} if {
	some step in gha.steps(input.document)
	some line in split(gha.joined(step.run), "\n")
	regex.match(benchmark, line)
	regex.match(`\|\|\s*(true|:|exit 0)`, line)
}

measures(step) if regex.match(benchmark, step.run)

measures(step) if step.action == "benchmark-action/github-action-benchmark"

deny contains {"path": array.concat(step.path, ["with", "fail-on-alert"]), "message": "a slowdown raises an alert and fails nothing"} if {
	some step in gha.steps(input.document)
	step.action == "benchmark-action/github-action-benchmark"
	not object.get(step.spec["with"], "fail-on-alert", false) in {true, "true"}
	not step.spec["with"]["fail-threshold"]
}
