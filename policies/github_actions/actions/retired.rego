# METADATA
# title: No action that is gone or was never one
# description: A step that names an action which does not exist, or whose maintainers have shut it off, fails before it does anything, and takes its check with it.
# custom:
#   severity: high
#   documents: [github_actions]
#   controls: {soc2: [CC7.1], nist-800-53: [SI-2, SA-15], iso-27001: [A.8.8, A.8.19]}
#   remediation: Use the action that took its place.
package parapet.github_actions.actions.retired

import data.parapet.lib.github_actions as gha
import rego.v1

# Each is known by its publisher's own announcement, or by what its repository holds.
instead_of := {
	"accurics/terrascan-action": "Terrascan is archived: use Checkov or Trivy",
	"actions-rs/cargo": "actions-rs is archived: run cargo itself",
	"actions-rs/toolchain": "actions-rs is archived: use dtolnay/rust-toolchain, or rustup itself",
	"actions/create-release": "it is archived: use `gh release create`",
	"actions/upload-release-asset": "it is archived: use `gh release upload`",
	"anchore/grype-action": "there is no such action: Grype runs in anchore/scan-action",
	"anchore/syft-action": "there is no such action: Syft runs in anchore/sbom-action",
	"returntocorp/semgrep-action": "it is deprecated: run `semgrep ci` in the image semgrep/semgrep",
	"slsa-framework/slsa-github-generator": "its generators are reusable workflows, for `uses` of a job",
	"snyk/actions": "its actions are in subdirectories: snyk/actions/node, snyk/actions/docker",
	"tenable/terrascan-action": "Terrascan is archived: use Checkov or Trivy",
}

# Versions that GitHub has shut off: they fail at once.
shut_off := {
	"actions/cache": {"v1", "v2"},
	"actions/download-artifact": {"v1", "v2", "v3"},
	"actions/upload-artifact": {"v1", "v2", "v3"},
}

deny contains {"path": use.path, "message": sprintf("%s: %s", [use.action, advice])} if {
	some use in gha.remote(input.document)
	advice := instead_of[use.action]
}

deny contains {"path": use.path, "message": sprintf("%s@%s was shut off by GitHub: use v4 or later", [use.action, use.ref])} if {
	some use in gha.remote(input.document)
	some action, refs in shut_off
	use.action == action
	split(use.ref, ".")[0] in refs
}
