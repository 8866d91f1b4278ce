# METADATA
# title: Groups of alerts are not sent every few seconds
# description: "`group_interval` is the time between two notifications about a group that changes: at ten seconds an incident sends hundreds, and people mute the channel."
# custom:
#   severity: low
#   documents: [alertmanager]
#   controls: {soc2: [CC7.2, CC7.4], nist-800-53: [IR-4, SI-4], iso-27001: [A.8.16], pci-dss: ["10.7", "12.10"]}
#   remediation: Use a minute or more; the default is five.
package parapet.observability.alertmanager.group_interval

import data.parapet.lib.alertmanager
import rego.v1

deny contains {"path": array.concat(route.path, ["group_interval"]), "message": sprintf("a changing group notifies every %s", [route.spec.group_interval])} if {
	some route in alertmanager.routes(input.document)
	time.parse_duration_ns(route.spec.group_interval) < 60 * 1000000000
}
