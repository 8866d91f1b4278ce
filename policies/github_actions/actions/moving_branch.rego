# METADATA
# title: No action runs from a branch
# description: "`master`, `main` and `latest` are another program after every push to the action: a scanner that changes under you, with the secrets of the workflow."
# custom:
#   severity: high
#   documents: [github_actions]
#   controls: {soc2: [CC8.1], nist-800-53: [SI-7, SR-3], iso-27001: [A.5.21, A.8.28], pci-dss: ["6.3.2"]}
#   remediation: Name the full commit of a release, with its version as a comment.
package parapet.github_actions.actions.moving_branch

import data.parapet.lib.github_actions as gha
import rego.v1

deny contains {"path": use.path, "message": message} if {
	some use in gha.remote(input.document)
	gha.is_branch(use.ref)
	message := sprintf("%s runs whatever is on %s", [use.action, named(use.ref)])
}

named("") := "its default branch"

named(ref) := ref if ref != ""
