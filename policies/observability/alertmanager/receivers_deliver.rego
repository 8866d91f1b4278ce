# METADATA
# title: Receivers deliver
# description: A receiver without any integration takes an alert and drops it.
# custom:
#   severity: medium
#   documents: [alertmanager]
#   controls: {soc2: [CC7.2, CC7.4], nist-800-53: [IR-4, SI-4], iso-27001: [A.8.16], pci-dss: ["10.7", "12.10"]}
#   remediation: Give the receiver an integration; one that drops on purpose is named `null` or `blackhole`.
package parapet.observability.alertmanager.receivers_deliver

import data.parapet.lib.alertmanager
import rego.v1

deny contains {"path": ["receivers", index], "message": sprintf("receiver %s sends nothing to anybody", [receiver.name])} if {
	some index, receiver in input.document.receivers
	not alertmanager.delivers(receiver)
	not regex.match(`(?i)^(null|none|blackhole|black-hole|black_hole|devnull|dev-null|drop|dropped|silence|silenced|ignore|watchdog|deadman.*)$`, receiver.name)
}

deny contains {"path": ["receivers", index, integration, position], "message": sprintf("receiver %s has no %s, and there is no global one", [receiver.name, needed])} if {
	some index, receiver in input.document.receivers
	some integration, needs in alertmanager.required
	some position, config in receiver[integration]
	count({field | some field in needs.own; config[field]}) == 0
	count({field | some field in needs.shared; input.document.global[field]}) == 0
	needed := needs.own[0]
}
