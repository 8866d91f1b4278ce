# METADATA
# title: Every route leads to a receiver that exists
# description: Alertmanager refuses a configuration whose route names no receiver or an unknown one, and goes on with the old one, or does not start.
# custom:
#   severity: high
#   documents: [alertmanager]
#   controls: {soc2: [CC7.2, CC7.4], nist-800-53: [IR-4, SI-4], iso-27001: [A.8.16], pci-dss: ["10.7", "12.10"]}
#   remediation: Define the receiver under `receivers`, or correct its name in the route.
package parapet.observability.alertmanager.receivers_defined

import data.parapet.lib.alertmanager
import rego.v1

deny contains {"path": array.concat(route.path, ["receiver"]), "message": sprintf("receiver %s does not exist", [route.spec.receiver])} if {
	some route in alertmanager.routes(input.document)
	is_string(route.spec.receiver)
	not route.spec.receiver in alertmanager.names(input.document)
}

deny contains {"path": ["route"], "message": "the root route names no receiver, which every other route falls back on"} if {
	not input.document.route.receiver
}
