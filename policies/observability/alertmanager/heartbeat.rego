# METADATA
# title: The heartbeat of alerting is watched by somebody
# description: The Watchdog alert fires all the time so that its silence shows that alerting is broken. Where it is dropped, nobody notices.
# custom:
#   severity: low
#   documents: [alertmanager]
#   controls: {soc2: [CC7.2], nist-800-53: [AU-5, SI-4], iso-27001: [A.8.16], pci-dss: ["10.7"]}
#   remediation: Send it to a service outside the cluster that raises the alarm when it stops.
package parapet.observability.alertmanager.heartbeat

import data.parapet.lib.alertmanager
import rego.v1

deny contains {"path": array.concat(route.path, ["receiver"]), "message": sprintf("%s goes to %s, which sends nothing to anybody", [alert, route.spec.receiver])} if {
	some route in alertmanager.routes(input.document)
	some alert in ["Watchdog", "DeadMansSwitch"]
	matches(route.spec, alert)
	some receiver in input.document.receivers
	receiver.name == route.spec.receiver
	not alertmanager.delivers(receiver)
}

matches(route, alert) if route.match.alertname == alert

matches(route, alert) if {
	some matcher in route.matchers
	regex.match(sprintf(`^\s*"?alertname"?\s*=~?\s*"?%s"?\s*$`, [alert]), matcher)
}
