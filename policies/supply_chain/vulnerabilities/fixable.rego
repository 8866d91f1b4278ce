# METADATA
# title: Serious vulnerabilities that have a fix are fixed
# description: The update exists, and so does the description of how to use the hole it closes.
# custom:
#   severity: high
#   documents: [grype, trivy]
#   controls: {soc2: [CC7.1], nist-800-53: [RA-5, SI-2], iso-27001: [A.8.8], pci-dss: ["6.3", "11.3"]}
#   remediation: Update the component to the version that the scanner names.
package parapet.supply_chain.vulnerabilities.fixable

import data.parapet.lib.vulnerabilities
import rego.v1

deny contains {"path": one.path, "message": sprintf("%s in %s has a fix", [one.id, one["in"]])} if {
	some one in vulnerabilities.found(input.document)
	one.severity == "high"
	one.fixed
}
