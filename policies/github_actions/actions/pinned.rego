# METADATA
# title: Actions are pinned to a commit
# description: A tag can be moved to another commit by whoever takes over the action's repository; it then runs with the secrets of the workflow.
# custom:
#   severity: medium
#   documents: [github_actions]
#   controls: {soc2: [CC8.1], nist-800-53: [SI-7, SR-3], iso-27001: [A.5.21, A.8.28], pci-dss: ["6.3.2"]}
#   remediation: "Name the full commit, with the version as a comment: `uses: owner/action@<40 hex digits> # v4.2.2`; Dependabot keeps both current."
package parapet.github_actions.actions.pinned

import data.parapet.lib.github_actions as gha
import rego.v1

deny contains {"path": use.path, "message": sprintf("%s is the tag %s, and not a commit", [use.action, use.ref])} if {
	some use in gha.remote(input.document)
	not gha.is_commit(use.ref)
	not gha.is_branch(use.ref)
	not by_tag_only(use)
}

# The generators of SLSA verify themselves by their tag, and refuse to run from a commit.
by_tag_only(use) if {
	startswith(use.action, "slsa-framework/slsa-github-generator/.github/workflows/")
	regex.match(`^v\d+\.\d+\.\d+$`, use.ref)
}
