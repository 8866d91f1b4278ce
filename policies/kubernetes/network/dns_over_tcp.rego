# METADATA
# title: Pods that may ask for names may do so over TCP
# description: "Answers that do not fit a datagram are asked for again over TCP: a policy that allows UDP only makes just the long names fail, now and then."
# custom:
#   severity: low
#   kinds: [NetworkPolicy]
#   controls: {soc2: [A1.2], nist-800-53: [CP-10, SI-13], iso-27001: [A.8.14]}
#   remediation: Allow port 53 for both protocols.
package parapet.kubernetes.network.dns_over_tcp

import data.parapet.lib.kubernetes as k8s
import rego.v1

deny contains {"path": ["spec", "egress", index, "ports"], "message": "port 53 is allowed over UDP, and not over TCP"} if {
	some index, rule in k8s.list_at(input.object.spec, "egress")
	some port in k8s.list_at(rule, "ports")
	port.port in {53, "dns"}
	port.protocol == "UDP"
	every other in k8s.list_at(input.object.spec, "egress") { not over_tcp(other) }
}

over_tcp(rule) if not k8s.has(rule, "ports")

over_tcp(rule) if {
	some port in k8s.list_at(rule, "ports")
	object.get(port, "protocol", "TCP") == "TCP"
	covers(port)
}

covers(port) if object.get(port, "port", 53) in {53, "dns", "dns-tcp"}

covers(port) if {
	port.port <= 53
	port.endPort >= 53
}
