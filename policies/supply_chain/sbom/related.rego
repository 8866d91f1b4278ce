# METADATA
# title: A bill of materials says what depends on what
# description: Without relations nobody sees through which of one's own dependencies a broken one comes in, and which update gets rid of it.
# custom:
#   severity: low
#   documents: [cyclonedx, spdx]
#   controls: {soc2: [CC7.1], nist-800-53: [CM-8, SR-4], iso-27001: [A.5.9, A.5.21], pci-dss: ["6.3.2"]}
#   remediation: Make the bill from lock files, which hold the relations; a list of packages does not.
package parapet.supply_chain.sbom.related

import data.parapet.lib.kubernetes as k8s
import rego.v1

deny contains {"path": ["dependencies"], "message": "it names no dependency of any component"} if {
	input.document.bomFormat
	count(k8s.list_at(input.document, "components")) > 1
	count([entry | some entry in k8s.list_at(input.document, "dependencies"); count(k8s.list_at(entry, "dependsOn")) > 0]) == 0
}

deny contains {"path": ["relationships"], "message": "it names no relation between its packages"} if {
	is_string(input.document.spdxVersion)
	count(k8s.list_at(input.document, "packages")) > 1
	count([relation | some relation in k8s.list_at(input.document, "relationships"); relation.relationshipType != "DESCRIBES"]) == 0
}
