# METADATA
# title: Weights of a route sum to 100
# description: "Weights are shares: with another sum, a canary gets more or less traffic than its number says, and older versions of Istio refuse the route."
# custom:
#   severity: medium
#   kinds: [VirtualService]
#   controls: {soc2: [CC8.1], nist-800-53: [CM-3], iso-27001: [A.8.32]}
#   remediation: Make the weights of each route sum to 100.
package parapet.kubernetes.istio.route_weights

import data.parapet.lib.kubernetes as k8s
import rego.v1

deny contains {"path": ["spec", protocol, index, "route"], "message": sprintf("the weights sum to %v", [total])} if {
	some protocol in ["http", "tcp", "tls"]
	some index, rule in k8s.list_at(input.object.spec, protocol)
	destinations := k8s.list_at(rule, "route")
	count(destinations) > 1
	total := sum([object.get(destination, "weight", 0) | some destination in destinations])
	total != 100
}
