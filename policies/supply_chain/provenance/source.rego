# METADATA
# title: What is deployed was built from a source that is known
# description: Provenance without the commit says that something was built, and not from what. `data.supply_chain.allowed_sources` (beginnings of addresses) says which repositories may be built from.
# custom:
#   severity: high
#   documents: [in_toto]
#   controls: {soc2: [CC8.1], nist-800-53: [SI-7, SR-4, SR-11], iso-27001: [A.5.21, A.8.25]}
#   remediation: Let the builder record the repository with its commit (SLSA build level 2 and above do), and build from a repository of yours.
package parapet.supply_chain.provenance.source

import data.parapet.lib.kubernetes as k8s
import rego.v1

sources(predicate) := {"path": ["predicate", "buildDefinition", "resolvedDependencies"], "list": k8s.list_at(predicate.buildDefinition, "resolvedDependencies")} if {
	input.document.predicateType == "https://slsa.dev/provenance/v1"
}

sources(predicate) := {"path": ["predicate", "materials"], "list": k8s.list_at(predicate, "materials")} if {
	regex.match(`^https://slsa\.dev/provenance/v0\.`, input.document.predicateType)
}

deny contains {"path": found.path, "message": "it names no source with its commit"} if {
	found := sources(input.document.predicate)
	count([source | some source in found.list; has_commit(source)]) == 0
}

has_commit(source) if {
	some algorithm in ["gitCommit", "sha1", "sha256"]
	is_string(source.digest[algorithm])
}

deny contains {"path": array.concat(found.path, [index, "uri"]), "message": sprintf("the source %s came over an open connection", [source.uri])} if {
	found := sources(input.document.predicate)
	some index, source in found.list
	regex.match(`^(git\+)?(http|git)://`, source.uri)
}

deny contains {"path": array.concat(found.path, [index, "uri"]), "message": sprintf("%s is no source that is allowed", [source.uri])} if {
	count(data.supply_chain.allowed_sources) > 0
	found := sources(input.document.predicate)
	some index, source in found.list
	regex.match(`^git\+`, source.uri)
	every beginning in data.supply_chain.allowed_sources {
		not startswith(source.uri, beginning)
		not startswith(source.uri, sprintf("git+%s", [beginning]))
	}
}
