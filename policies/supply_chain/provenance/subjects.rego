# METADATA
# title: Attestations name what they are about by its digest
# description: A statement about a name is true of anything that gets the name.
# custom:
#   severity: medium
#   documents: [in_toto]
#   controls: {soc2: [CC8.1], nist-800-53: [SI-7, SR-4, SR-11], iso-27001: [A.5.21, A.8.25]}
#   remediation: Give every subject a `sha256` digest.
package parapet.supply_chain.provenance.subjects

import rego.v1

deny contains {"path": ["subject", index], "message": sprintf("%s has no digest", [object.get(subject, "name", "the subject")])} if {
	some index, subject in input.document.subject
	every algorithm in ["sha256", "sha384", "sha512", "gitCommit"] { not is_string(object.get(subject, ["digest", algorithm], null)) }
}

deny contains {"path": ["subject"], "message": "it is about nothing"} if count(input.document.subject) == 0
