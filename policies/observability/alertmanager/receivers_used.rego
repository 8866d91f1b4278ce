# METADATA
# title: Every receiver has a route
# description: A receiver that no route leads to gets nothing, whatever its name promises.
# custom:
#   severity: low
#   documents: [alertmanager]
#   controls: {soc2: [CC7.2, CC7.4], nist-800-53: [IR-4, SI-4], iso-27001: [A.8.16], pci-dss: ["10.7", "12.10"]}
#   remediation: Add a route to it, or take it out.
package parapet.observability.alertmanager.receivers_used

import data.parapet.lib.alertmanager
import rego.v1

deny contains {"path": ["receivers", index], "message": sprintf("no route leads to receiver %s", [receiver.name])} if {
	some index, receiver in input.document.receivers
	not receiver.name in {route.spec.receiver | some route in alertmanager.routes(input.document)}
}
