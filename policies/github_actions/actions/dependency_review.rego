# METADATA
# title: Dependencies are reviewed where there is a difference
# description: The dependency review compares the two sides of a pull request; started by any other event it has nothing to compare, and fails the job.
# custom:
#   severity: medium
#   documents: [github_actions]
#   controls: {soc2: [CC7.1, CC8.1], nist-800-53: [RA-5, SA-11], iso-27001: [A.8.8, A.8.29], pci-dss: ["6.3"]}
#   remediation: "Run it for `pull_request` only (`if: github.event_name == 'pull_request'`), or give it `base-ref` and `head-ref`."
package parapet.github_actions.actions.dependency_review

import data.parapet.lib.github_actions as gha
import rego.v1

deny contains {"path": array.concat(step.path, ["uses"]), "message": sprintf("on %s there is nothing to compare", [concat(", ", others)])} if {
	others := gha.events(input.document) - {"pull_request", "pull_request_target", "merge_group", "workflow_call"}
	count(others) > 0
	some step in gha.steps(input.document)
	step.action == "actions/dependency-review-action"
	not step.spec["with"]["base-ref"]
	not limited(step.spec)
	not limited(input.document.jobs[step.job])
}

limited(part) if contains(sprintf("%v", [part["if"]]), "github.")
