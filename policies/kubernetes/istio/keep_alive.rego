# METADATA
# title: Connections to destinations are used more than once
# description: "With `maxRequestsPerConnection: 1` every request opens a connection, TLS included, and HTTP/2 carries one request at a time: more latency, and a limit where nobody looks for it."
# custom:
#   severity: low
#   kinds: [DestinationRule]
#   controls: {soc2: [A1.1], nist-800-53: [SC-6], iso-27001: [A.8.6]}
#   remediation: Leave it out, or raise it; connections then close after that many requests.
package parapet.kubernetes.istio.keep_alive

import data.parapet.lib.kubernetes as k8s
import rego.v1

deny contains {"path": array.concat(place.path, ["connectionPool", "http", "maxRequestsPerConnection"]), "message": "every request opens a connection of its own"} if {
	startswith(input.object.apiVersion, "networking.istio.io/")
	some place in policies
	place.policy.connectionPool.http.maxRequestsPerConnection == 1
}

policies contains {"path": ["spec", "trafficPolicy"], "policy": input.object.spec.trafficPolicy} if input.object.spec.trafficPolicy

policies contains {"path": ["spec", "subsets", index, "trafficPolicy"], "policy": subset.trafficPolicy} if {
	some index, subset in k8s.list_at(input.object.spec, "subsets")
	subset.trafficPolicy
}
