# METADATA
# title: Jobs that sign or sign in may ask for an identity token
# description: "Keyless signing, attestations and sign-in to a cloud all need `id-token: write`, which no default grants: without it the step fails, and what it was to prove stays unproven."
# custom:
#   severity: medium
#   documents: [github_actions]
#   controls: {soc2: [CC8.1], nist-800-53: [CM-14, SR-4, SR-11], iso-27001: [A.5.21, A.8.25], pci-dss: ["6.3.2"]}
#   remediation: "Give the job `permissions: {id-token: write, contents: read}`, and `attestations: write` where it attests."
package parapet.github_actions.permissions.identity_token

import data.parapet.lib.github_actions as gha
import rego.v1

deny contains {"path": step.path, "message": sprintf("%s needs `id-token: write`, which job %s has not", [what, step.job])} if {
	some step in gha.steps(input.document)
	what := needs(step)
	not gha.may_write(input.document, step.job, "id-token")
	# Whoever calls this workflow may grant it, when nothing is said here.
	not granted_by_caller(step.job)
}

granted_by_caller(id) if {
	"workflow_call" in gha.events(input.document)
	not gha.permissions(input.document, id)
}

needs(step) := "keyless signing" if {
	regex.match(`(^|\s)cosign (sign|attest|sign-blob|attest-blob) `, gha.joined(step.run))
	not regex.match(`--key[ =]|--identity-token[ =]`, gha.joined(step.run))
}

needs(step) := "an attestation" if step.action in {"actions/attest", "actions/attest-build-provenance", "actions/attest-sbom"}

needs(step) := "the role" if {
	step.action == "aws-actions/configure-aws-credentials"
	step.spec["with"]["role-to-assume"]
	not step.spec["with"]["aws-access-key-id"]
	not step.spec["with"]["role-chaining"]
	not step.spec["with"]["web-identity-token-file"]
}

needs(step) := "workload identity" if {
	step.action == "google-github-actions/auth"
	step.spec["with"].workload_identity_provider
}
