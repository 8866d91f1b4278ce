# METADATA
# title: No critical vulnerability is left
# description: "Critical vulnerabilities are used within days of their publication, by anybody. What does not apply is set aside where the scanner knows it: an ignore rule of Grype or Trivy, a suppression in SARIF, an analysis in CycloneDX; or waived with a reason and an end."
# custom:
#   severity: critical
#   documents: [grype, trivy, sarif, cyclonedx]
#   controls: {soc2: [CC7.1], nist-800-53: [RA-5, SI-2], iso-27001: [A.8.8], pci-dss: ["6.3", "11.3"]}
#   remediation: Update the component; where there is no update, set it aside with a reason and an end.
package parapet.supply_chain.vulnerabilities.critical

import data.parapet.lib.vulnerabilities
import rego.v1

deny contains {"path": one.path, "message": sprintf("%s in %s is critical", [one.id, one["in"]])} if {
	some one in vulnerabilities.found(input.document)
	one.severity == "critical"
}
