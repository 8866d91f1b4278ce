# METADATA
# title: Released images come with provenance
# description: "Provenance says which source and which workflow an image was built from: without it, whoever deploys cannot refuse what was built elsewhere."
# custom:
#   severity: medium
#   documents: [github_actions]
#   controls: {soc2: [CC8.1], nist-800-53: [CM-14, SR-4, SR-11], iso-27001: [A.5.21, A.8.25], pci-dss: ["6.3.2"]}
#   remediation: Add actions/attest-build-provenance, or leave `provenance` of docker/build-push-action on.
package parapet.github_actions.release.provenance

import data.parapet.lib.github_actions as gha
import rego.v1

deny contains {"path": step.path, "message": "this image is released without provenance"} if {
	some step in gha.publishing(input.document)
	gha.publishes_image(step)
	not gha.calls_others(input.document)
	not attested
	not by_default(step)
}

attested if {
	some step in gha.steps(input.document)
	regex.match(`(?i)attest|provenance[=:] ?(true|mode|\"(true|mode))|slsa|goreleaser|witness|tekton-chains`, sprintf("%v %v %v", [step.action, step.run, object.get(step.spec, "with", {})]))
}

# Since its version 4 the action attaches provenance unless told otherwise.
by_default(step) if {
	step.action == "docker/build-push-action"
	not step.ref in {"v1", "v2", "v3"}
	not object.get(step.spec["with"], "provenance", true) in {false, "false"}
	not step.spec.env.BUILDX_NO_DEFAULT_ATTESTATIONS
	not input.document.env.BUILDX_NO_DEFAULT_ATTESTATIONS
}
