# METADATA
# title: Privileged workflows check out no code of strangers
# description: "`pull_request_target` and `workflow_run` run with the secrets and the token of the repository; with the code of a pull request checked out, whoever opens one runs that code with them."
# custom:
#   severity: critical
#   documents: [github_actions]
#   controls: {soc2: [CC6.8, CC8.1], nist-800-53: [SI-10, SI-3], iso-27001: [A.8.28], pci-dss: ["6.2"]}
#   remediation: "Use `pull_request`, or leave out the checkout: what needs secrets runs afterwards, on results and not on code."
package parapet.github_actions.triggers.untrusted_checkout

import data.parapet.lib.github_actions as gha
import rego.v1

deny contains {"path": place, "message": sprintf("code of a pull request is checked out with the secrets of %s", [event])} if {
	some event in gha.events(input.document) & {"pull_request_target", "workflow_run"}
	some step in gha.steps(input.document)
	place := checked_out(step)
}

from_a_fork := `github\.head_ref|github\.event\.pull_request\.head\.|github\.event\.pull_request\.merge_commit_sha|github\.event\.workflow_run\.(head_|pull_requests)|refs/pull/`

checked_out(step) := array.concat(step.path, ["with", "ref"]) if {
	step.action == "actions/checkout"
	regex.match(from_a_fork, sprintf("%v", [step.spec["with"].ref]))
}

checked_out(step) := array.concat(step.path, ["with", "repository"]) if {
	step.action == "actions/checkout"
	not regex.match(from_a_fork, sprintf("%v", [object.get(step.spec, ["with", "ref"], "")]))
	regex.match(from_a_fork, sprintf("%v", [step.spec["with"].repository]))
}

checked_out(step) := array.concat(step.path, ["run"]) if {
	regex.match(`gh pr checkout|git (fetch|pull|checkout)[^\n]*(refs/)?pull/`, step.run)
}
