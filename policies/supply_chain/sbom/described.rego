# METADATA
# title: A bill of materials says what it is of, when it was made and by whom
# description: Without them nobody can tell which release a bill belongs to, or whether it is older than it.
# custom:
#   severity: low
#   documents: [cyclonedx, spdx]
#   controls: {soc2: [CC7.1], nist-800-53: [CM-8, SR-4], iso-27001: [A.5.9, A.5.21], pci-dss: ["6.3.2"]}
#   remediation: Let the generator name the component (`--source-name`, `--source-version` of Syft), and keep its metadata.
package parapet.supply_chain.sbom.described

import rego.v1

deny contains {"path": place[1], "message": sprintf("it does not say %s", [place[0]])} if {
	input.document.bomFormat
	some place in [
		["when it was made", ["metadata", "timestamp"]],
		["what it is of", ["metadata", "component", "name"]],
	]
	object.get(input.document, place[1], "") == ""
}

deny contains {"path": ["metadata"], "message": "it does not say by whom or what it was made"} if {
	input.document.bomFormat
	every field in ["tools", "authors", "manufacturer", "supplier", "manufacture"] { not object.get(input.document, ["metadata", field], false) }
}

deny contains {"path": place[1], "message": sprintf("it does not say %s", [place[0]])} if {
	is_string(input.document.spdxVersion)
	some place in [
		["when it was made", ["creationInfo", "created"]],
		["what it is of", ["name"]],
		["by whom or what it was made", ["creationInfo", "creators"]],
	]
	object.get(input.document, place[1], "") in {"", []}
}
