# METADATA
# title: Components of a bill of materials can be identified
# description: "A component without a version or an identifier cannot be looked up when the next vulnerability is published: the bill is there, and does not answer."
# custom:
#   severity: medium
#   documents: [cyclonedx, spdx]
#   controls: {soc2: [CC7.1], nist-800-53: [CM-8, SR-4], iso-27001: [A.5.9, A.5.21], pci-dss: ["6.3.2"]}
#   remediation: Make the bill from lock files or from the built image, with a current generator.
package parapet.supply_chain.sbom.identified

import data.parapet.lib.bill
import rego.v1

deny contains {"path": first.path, "message": sprintf("%d of %d components have no %s: %s", [count(incomplete), count(all), missing, bill.named(incomplete)])} if {
	all := bill.components(input.document)
	some missing in ["name", "version", "identifier"]
	incomplete := {component | some component in all; lacks(component, missing)}
	count(incomplete) > 0
	first := [component | some component in incomplete][0]
}

lacks(component, "name") if component.name == ""

lacks(component, "version") if {
	component.name != ""
	component.version in {"", "UNKNOWN", "unknown"}
}

lacks(component, "identifier") if {
	component.name != ""
	count(component.identifiers) == 0
}

deny contains {"path": [field], "message": "there is no component in it"} if {
	field := list_of(input.document)
	count(bill.components(input.document)) == 0
}

list_of(document) := "components" if document.bomFormat

list_of(document) := "packages" if document.spdxVersion
