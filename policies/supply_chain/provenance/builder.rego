# METADATA
# title: What is deployed was built by a builder that is allowed
# description: Provenance from a laptop says what its owner wants it to say; a hosted builder states what it saw. By default the hosted builders of GitHub, GitLab and Google are allowed, with the generators of SLSA and reusable workflows; `data.supply_chain.allowed_builders` (beginnings of their ids) takes the place of the list.
# custom:
#   severity: high
#   documents: [in_toto]
#   controls: {soc2: [CC8.1], nist-800-53: [SI-7, SR-4, SR-11], iso-27001: [A.5.21, A.8.25]}
#   remediation: Build on a hosted builder, or add the beginning of the builder's id to `data.supply_chain.allowed_builders`.
package parapet.supply_chain.provenance.builder

import rego.v1

by_default := [
	"https://cloudbuild.googleapis.com/",
	"https://github.com/actions/runner/github-hosted",
	"https://github.com/slsa-framework/slsa-github-generator/.github/workflows/",
	"https://github.com/tektoncd/chains",
	"https://gitlab.com/",
	"https://tekton.dev/chains/",
]

allowed := data.supply_chain.allowed_builders if {
	count(data.supply_chain.allowed_builders) > 0
} else := by_default

deny contains {"path": path, "message": message} if {
	path := path_of(input.document.predicateType)
	builder := object.get(input.document, path, "")
	not trusted(builder)
	message := said(builder)
}

path_of(type) := ["predicate", "runDetails", "builder", "id"] if type == "https://slsa.dev/provenance/v1"

path_of(type) := ["predicate", "builder", "id"] if regex.match(`^https://slsa\.dev/provenance/v0\.`, type)

trusted(builder) if {
	some beginning in allowed
	startswith(builder, beginning)
}

# A workflow of GitHub, as its attestations name the builder.
trusted(builder) if {
	allowed == by_default
	regex.match(`^https://github\.com/[^/]+/[^/]+/\.github/workflows/[^@]+@refs/(heads|tags)/`, builder)
}

said("") := "it names no builder"

said(builder) := sprintf("it was built by %s, which is not allowed", [builder]) if builder != ""
