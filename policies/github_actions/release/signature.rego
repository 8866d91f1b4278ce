# METADATA
# title: Releases are signed
# description: Without a signature nobody can tell the image that was built here from one that somebody pushed over it.
# custom:
#   severity: medium
#   documents: [github_actions]
#   controls: {soc2: [CC8.1], nist-800-53: [CM-14, SR-4, SR-11], iso-27001: [A.5.21, A.8.25], pci-dss: ["6.3.2"]}
#   remediation: "Sign what was pushed by its digest: `cosign sign --yes registry/app@$DIGEST`; attestations are signed too."
package parapet.github_actions.release.signature

import data.parapet.lib.github_actions as gha
import rego.v1

deny contains {"path": step.path, "message": "this is released without a signature"} if {
	some step in gha.publishing(input.document)
	not gha.calls_others(input.document)
	not signed
}

signed if {
	some step in gha.steps(input.document)
	regex.match(`(?i)cosign|sigstore|notation|gpg|minisign|signify|actions/attest|goreleaser|codesign|signtool`, sprintf("%v %v %v", [step.action, step.run, object.get(step.spec, "with", {})]))
}
